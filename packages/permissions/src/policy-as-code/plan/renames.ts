import type { Policy } from '../../core/policy.ts';
import type { PolicySchema } from '../schema/policy-schema.ts';

/** Pending renames: new keys, by old keys that are still in the environment. */
export interface Renames {
  readonly resources: ReadonlyMap<string, string>;
  readonly roles: ReadonlyMap<string, string>;
  /** By the resource's key in the policy. */
  readonly resourceRoles: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

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

export interface Comparison {
  readonly wanted: PolicySchema;
  readonly present: PolicySchema;
  readonly renames: Renames;
}
