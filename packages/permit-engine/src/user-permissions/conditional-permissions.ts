import { conditionSetsOf } from '../abac/condition-sets.ts';
import type { EngineOptions } from '../options.ts';
import type { ResourceInput, UserPermissionsQuery } from '../query.ts';
import { keyOf, typeOf } from '../rebac/root-grants.ts';
import { requestOf, TENANT } from '../request.ts';
import type { World } from '../world.ts';

/** The tenant of an instance that has none. The vendor assumes this tenant here. */
const DEFAULT_TENANT = 'default';

/**
 * What condition set rules grant, by object: on whole types in each of the user's tenants, and on every instance
 * of the types in the query. Empty unless the query asks for conditions and names the types.
 */
export function* conditionalPermissions(
  world: World,
  query: UserPermissionsQuery,
  options: EngineOptions,
): Generator<readonly [object: string, permissions: ReadonlySet<string>]> {
  const { user, resource_types, context } = query;
  if (!isAsked(context?.['enable_abac_user_permissions']) || !resource_types) return;
  const permissionsOn = (resource: ResourceInput) => grantedTo(world, { user, resource }, options);
  for (const tenant of world.user(user.key)?.tenantRoles.keys() ?? []) {
    for (const type of resource_types) yield [`${TENANT}:${tenant}`, permissionsOn({ type, tenant })];
  }
  for (const object of world.resourceInstances()) {
    const type = typeOf(object);
    if (!resource_types.includes(type)) continue;
    const tenant = world.resourceInstance(object)?.tenant ?? DEFAULT_TENANT;
    yield [object, permissionsOn({ type, key: keyOf(object), tenant })];
  }
}

/** A flag in the context counts unless it is `false`: the policy tests whether the flag exists. */
export function isAsked(flag: unknown): boolean {
  return flag !== undefined && flag !== false;
}

function grantedTo(
  world: World,
  { user, resource }: { readonly user: UserPermissionsQuery['user']; readonly resource: ResourceInput },
  options: EngineOptions,
): ReadonlySet<string> {
  const permissions = new Set<string>();
  const sets = conditionSetsOf(requestOf(world, { user, action: '', resource }, options));
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
