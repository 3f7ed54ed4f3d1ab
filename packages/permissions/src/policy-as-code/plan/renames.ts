import type { Policy } from '../../core/policy.ts';
import type { PolicySchema } from '../schema/policy-schema.ts';

/** The pending renames of a policy: the new keys, by the old keys of objects that are still in the environment. */
export interface Renames {
  readonly resources: ReadonlyMap<string, string>;
  /** The renamed tenant roles. */
  readonly roles: ReadonlyMap<string, string>;
  /** The renamed roles by the resource's key in the policy. */
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

/** The two sides of a plan, the policy's schema and the environment's, and the renames between them. */
export interface Comparison {
  readonly wanted: PolicySchema;
  readonly present: PolicySchema;
  readonly renames: Renames;
}
