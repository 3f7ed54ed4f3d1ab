import type { UserPermissionsQuery } from '../query.ts';
import { keyOf } from '../rebac/root-grants.ts';
import { TENANT } from '../request.ts';

/** The tenants, instances and types that a query asks about. Nothing selects among what conditions grant. */
export interface Filters {
  type(type: string): boolean;
  tenant(key: string): boolean;
  /** `home`: the tenant of the instance. */
  instance(object: string, home: string): boolean;
}

/**
 * Tenants and instances may be named with or without their type. `tenants` also selects instances, by the key of
 * their tenant: `__tenant:acme` there selects the tenant and none of its instances. (As the vendor's policy reads the
 * list, an instance is selected by its own name there, too.) Older PDPs put tenants (`__tenant:acme`) into
 * `resources`: such a list selects tenants when `tenants` does not, and does not filter instances.
 */
export function filtersOf({ tenants, resources, resource_types }: UserPermissionsQuery): Filters {
  const ofInstances = resources?.some((resource) => !resource.startsWith(TENANT)) === true;
  return {
    type: (type) => resource_types?.includes(type) ?? true,
    tenant: (key) => {
      const object = `${TENANT}:${key}`;
      if (tenants?.some((tenant) => tenant === key || tenant === object) === true) return true;
      if (resources?.includes(object) === true) return true;
      return (tenants ?? resources ?? undefined) === undefined;
    },
    instance: (object, home) => {
      const names = [object, keyOf(object)];
      if (tenants && !tenants.some((wanted) => wanted === home || names.includes(wanted))) return false;
      return !ofInstances || resources.some((wanted) => names.includes(wanted));
    },
  };
}
