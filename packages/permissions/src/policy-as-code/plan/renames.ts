import type { Policy } from '../../policy.ts';
import type { PolicySchema } from '../schema/policy-schema.ts';

/**
 * The renames of a table that an environment has yet to follow, from the old key to the new one. The old object is in the
 * environment, and the table does not name it.
 */
export interface Renames {
  readonly resources: ReadonlyMap<string, string>;
  /** Tenant roles. */
  readonly roles: ReadonlyMap<string, string>;
  /** By the key of the resource in the table: its renamed roles. */
  readonly resourceRoles: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** The renames that are still to be made. */
export function renamesIn({ resources, roles }: Policy, present: PolicySchema): Renames {
  const renamedResources = pending(resources, present.resources);
  const oldKeyOf = new Map([...renamedResources].map(([old, key]) => [key, old]));
  return {
    resources: renamedResources,
    roles: pending(roles, present.roles),
    resourceRoles: new Map(
      Object.entries(resources).map(([key, { roles: wanted = {} }]) => {
        const resource = present.resources.get(oldKeyOf.get(key) ?? key);
        return [key, pending(wanted, resource?.roles ?? new Map())];
      }),
    ),
  };
}

function pending(
  wanted: Readonly<Record<string, { readonly renamedFrom?: string }>>,
  present: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [key, { renamedFrom }] of Object.entries(wanted)) {
    if (renamedFrom !== undefined && present.has(renamedFrom)) found.set(renamedFrom, key);
  }
  return found;
}
