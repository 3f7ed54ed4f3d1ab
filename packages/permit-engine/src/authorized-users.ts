import { matchingPairs } from './abac/abac.ts';
import { conditionSetsOf } from './abac/condition-sets.ts';
import type { EngineOptions } from './options.ts';
import type { AuthorizedUsersQuery } from './query.ts';
import { holdersOfRole } from './rebac/holders-of-role.ts';
import { isOutside, roleName } from './rebac/root-grants.ts';
import { compareStrings, compareValues } from './rego-order.ts';
import { requestOf, TENANT } from './request.ts';
import type { AuthorizedUserAssignment, AuthorizedUsersResult } from './result.ts';
import { roleGrants } from './role-grants.ts';
import { isAsked } from './user-permissions/conditional-permissions.ts';
import type { World } from './world.ts';

/**
 * Lists the users who may do an action, and the assignments that allow it. Tenant roles count for a whole type;
 * instance roles only when the query names the instance. Conditions contribute only when
 * `context.enable_abac_authorized_users` is set. They are tried on every user, and see no other context.
 */
export function authorizedUsers(
  world: World,
  query: AuthorizedUsersQuery,
  options: EngineOptions = {},
): AuthorizedUsersResult {
  const { type, tenant } = query.resource;
  const key = query.resource.key === '' ? undefined : (query.resource.key ?? undefined);
  const assignments =
    tenant === undefined || tenant === null ? [] : [...assignmentsOf(world, { ...query, tenant }, options)];
  const users = Object.groupBy(assignments.toSorted(compareValues), (assignment) => assignment.user);
  return {
    resource: `${type}:${key ?? '*'}`,
    tenant: tenant ?? null,
    users: Object.fromEntries(
      Object.entries(users)
        .toSorted(([a], [b]) => compareStrings(a, b))
        .map(([user, ofUser = []]) => [user, ofUser]),
    ),
  };
}

type Question = AuthorizedUsersQuery & { readonly tenant: string };

function* assignmentsOf(
  world: World,
  query: Question,
  options: EngineOptions,
): Generator<AuthorizedUserAssignment> {
  yield* byTenantRole(world, query, options);
  yield* byInstanceRole(world, query, options);
  if (isAsked(query.context?.['enable_abac_authorized_users'])) yield* byCondition(world, query, options);
}

function* byTenantRole(
  world: World,
  query: Question,
  options: EngineOptions,
): Generator<AuthorizedUserAssignment> {
  const { tenant } = query;
  const object = `${TENANT}:${tenant}`;
  const grants = (role: string) => roleGrants(world, { scope: TENANT, role }, query);
  if (options.tenantsInDerivations === true) {
    yield* byRoleOn(object, { world, options, tenant, roles: [...world.roleKeys(TENANT)].filter(grants) });
    return;
  }
  for (const [user, roles] of world.holdersOf(object)) {
    for (const role of roles) if (grants(role)) yield { resource: object, role, tenant, user };
  }
}

function* byInstanceRole(
  world: World,
  query: Question,
  options: EngineOptions,
): Generator<AuthorizedUserAssignment> {
  const { type, key } = query.resource;
  const { tenant } = query;
  if (key === undefined || key === null || key === '') return;
  const object = `${type}:${key}`;
  if (isOutside({ world, options }, object, tenant)) return;
  const grants = (role: string) => roleGrants(world, { scope: type, role }, query);
  yield* byRoleOn(object, { world, options, tenant, roles: [...world.roleKeys(type)].filter(grants) });
}

interface Holding {
  readonly world: World;
  readonly options: EngineOptions;
  readonly tenant: string;
  readonly roles: readonly string[];
}

/** Several roles can come from the same assignment, which counts once. */
function* byRoleOn(
  object: string,
  { world, options, tenant, roles }: Holding,
): Generator<AuthorizedUserAssignment> {
  const seen = new Set<string>();
  for (const role of roles) {
    for (const { user, grant } of holdersOfRole({ world, options }, object, role)) {
      const assignment = { resource: grant.object, role: roleName(grant, options), tenant, user };
      const name = JSON.stringify(assignment);
      if (seen.has(name)) continue;
      seen.add(name);
      yield assignment;
    }
  }
}

function* byCondition(
  world: World,
  { action, resource, tenant }: Question,
  options: EngineOptions,
): Generator<AuthorizedUserAssignment> {
  for (const user of world.userKeys()) {
    const request = requestOf(world, { user: { key: user }, action, resource }, options);
    for (const pair of matchingPairs(request, conditionSetsOf(request))) {
      if (pair.grants) yield { resource: pair.resourceset, role: pair.userset, tenant, user };
    }
  }
}
