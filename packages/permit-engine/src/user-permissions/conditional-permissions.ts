import { conditionSetsOf } from '../abac/condition-sets.ts';
import type { ResourceInput, UserPermissionsQuery } from '../query.ts';
import { keyOf, typeOf } from '../rebac/root-grants.ts';
import { requestOf, TENANT } from '../request.ts';
import type { TenantDetails } from '../result.ts';
import type { World } from '../world.ts';

/** The tenant of an instance that has none. The vendor assumes this tenant here. */
const DEFAULT_TENANT = 'default';

/** What condition set rules grant on one object, and its tenant. */
export interface ConditionalPermissions {
  readonly tenant: TenantDetails;
  readonly permissions: readonly string[];
}

/**
 * What condition set rules grant, by object: on whole types in each of the user's tenants, and on every instance
 * of the types in the query, regardless of its other filters. An object on which no rule applies is left out.
 * Nothing is listed unless the query asks for conditions and names the types.
 */
export function conditionalPermissions(
  world: World,
  query: UserPermissionsQuery,
): ReadonlyMap<string, ConditionalPermissions> {
  const granted = new Map<string, ConditionalPermissions>();
  for (const [object, resource] of candidates(world, query)) {
    const permissions = grantedTo(world, { user: query.user, resource });
    if (permissions.size === 0) continue;
    const before = granted.get(object)?.permissions ?? [];
    const key = resource.tenant;
    granted.set(object, {
      tenant: { attributes: world.tenant(key)?.attributes ?? {}, key },
      permissions: [...new Set([...before, ...permissions])].toSorted(),
    });
  }
  return granted;
}

type Candidate = ResourceInput & { readonly tenant: string };

function* candidates(
  world: World,
  { user, resource_types, context }: UserPermissionsQuery,
): Generator<readonly [object: string, resource: Candidate]> {
  if (!isAsked(context?.['enable_abac_user_permissions']) || !resource_types) return;
  for (const tenant of world.user(user.key)?.tenantRoles.keys() ?? []) {
    if (world.tenant(tenant) === undefined) continue;
    for (const type of resource_types) yield [`${TENANT}:${tenant}`, { type, tenant }];
  }
  for (const object of world.resourceInstances()) {
    const type = typeOf(object);
    if (!resource_types.includes(type)) continue;
    const tenant = world.resourceInstance(object)?.tenant ?? DEFAULT_TENANT;
    yield [object, { type, key: keyOf(object), tenant }];
  }
}

/** A flag in the context counts unless it is `false`: the policy tests whether the flag exists. */
export function isAsked(flag: unknown): boolean {
  return flag !== undefined && flag !== false;
}

function grantedTo(
  world: World,
  { user, resource }: { readonly user: UserPermissionsQuery['user']; readonly resource: ResourceInput },
): ReadonlySet<string> {
  const permissions = new Set<string>();
  const sets = conditionSetsOf(requestOf(world, { user, action: '', resource }));
  for (const userSet of world.conditionSets()) {
    const rules = world.conditionSetRules(userSet.key);
    if (rules === undefined || !sets.matches(userSet)) continue;
    for (const [key, byType] of rules) {
      const actions = byType.get(resource.type);
      const resourceSet = world.conditionSet(key);
      if (actions === undefined || resourceSet === undefined || !sets.matches(resourceSet)) continue;
      for (const action of actions) permissions.add(`${resource.type}:${action}`);
    }
  }
  return permissions;
}
