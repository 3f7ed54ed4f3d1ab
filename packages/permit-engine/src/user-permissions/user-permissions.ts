import type { JsonObject } from '../json.ts';
import type { EngineOptions } from '../options.ts';
import type { UserPermissionsQuery } from '../query.ts';
import { keyOf, typeOf } from '../rebac/root-grants.ts';
import { rolesInGraph } from '../rebac/roles-in-graph.ts';
import { compareStrings } from '../rego-order.ts';
import { TENANT } from '../request.ts';
import type { ObjectPermissions, UserPermissionsResult } from '../result.ts';
import type { World } from '../world.ts';
import { conditionalPermissions } from './conditional-permissions.ts';
import { filtersOf } from './filters.ts';

/** The role for membership without permissions. The vendor stores it as a role and shows it nowhere. */
const MEMBERSHIP = 'tenant-association';

const NOTHING: JsonObject = {};

/** An entry under construction. */
interface Entry {
  readonly about: Pick<ObjectPermissions, 'tenant' | 'resource'>;
  readonly roles: readonly string[];
  readonly permissions: Set<string>;
}

/**
 * Lists what a user may do, in each tenant and on each instance. All permissions of a role are listed, on every
 * type. A tenant in which the user has a role is listed even when the role grants nothing.
 *
 * Conditions contribute only when `context.enable_abac_user_permissions` is set and `resource_types` names the
 * types to try. They see no other context.
 */
export function userPermissions(
  world: World,
  query: UserPermissionsQuery,
  options: EngineOptions = {},
): UserPermissionsResult {
  const entries = new Map<string, Entry>();
  const filters = filtersOf(query);
  const graph = rolesInGraph(world, query.user.key, options);
  for (const [key, assigned] of tenantRolesOf(world, query.user.key, graph)) {
    if (!filters.type(TENANT) || !filters.tenant(key)) continue;
    const entry = tenantEntry(world, key, assigned);
    if (entry !== undefined) entries.set(`${TENANT}:${key}`, entry);
  }
  for (const [object, roles] of graph) {
    const type = typeOf(object);
    if (type === TENANT || !filters.type(type) || !filters.instance(object)) continue;
    entries.set(object, instanceEntry(world, object, [...roles].toSorted()));
  }
  for (const [object, permissions] of conditionalPermissions(world, query, options)) {
    const isTenant = typeOf(object) === TENANT;
    if (isTenant ? !filters.tenant(keyOf(object)) : !filters.instance(object)) continue;
    const entry =
      entries.get(object) ??
      (isTenant ? tenantEntry(world, keyOf(object), []) : instanceEntry(world, object, []));
    if (entry === undefined) continue;
    for (const permission of permissions) entry.permissions.add(permission);
    entries.set(object, entry);
  }
  return Object.fromEntries(
    [...entries]
      .toSorted(([a], [b]) => compareStrings(a, b))
      .map(([object, { about, permissions, roles }]) => [
        object,
        { ...about, permissions: [...permissions].toSorted(), roles },
      ]),
  );
}

/** Assigned roles come first, in their order. */
function tenantRolesOf(
  world: World,
  user: string,
  graph: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, readonly string[]> {
  const roles = new Map<string, readonly string[]>();
  for (const [key, assigned] of world.user(user)?.tenantRoles ?? []) roles.set(key, [...assigned]);
  for (const [object, all] of graph) {
    if (typeOf(object) !== TENANT) continue;
    const key = keyOf(object);
    roles.set(key, [...new Set([...(roles.get(key) ?? []), ...all])]);
  }
  return roles;
}

function tenantEntry(world: World, key: string, assigned: readonly string[]): Entry | undefined {
  const tenant = world.tenant(key);
  if (tenant === undefined) return undefined;
  const roles = assigned.filter((role) => role !== MEMBERSHIP);
  return {
    about: { tenant: { attributes: tenant.attributes, key, type: TENANT } },
    roles,
    permissions: permissionsOf(world, TENANT, roles),
  };
}

function instanceEntry(world: World, object: string, roles: readonly string[]): Entry {
  const [type, key] = [typeOf(object), keyOf(object)];
  const { attributes = NOTHING, tenant } = world.resourceInstance(object) ?? {};
  const home = tenant === undefined ? undefined : tenantEntry(world, tenant, []);
  return {
    about: { resource: { attributes, key, type }, ...home?.about },
    roles,
    permissions: permissionsOf(world, type, roles),
  };
}

function permissionsOf(world: World, scope: string, roles: readonly string[]): Set<string> {
  const permissions = new Set<string>();
  for (const role of roles) {
    for (const [type, actions] of world.role(scope, role)?.grants ?? []) {
      for (const action of actions) permissions.add(`${type}:${action}`);
    }
  }
  return permissions;
}
