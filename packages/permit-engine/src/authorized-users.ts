import { matchingPairs } from './abac/abac.ts';
import { conditionSetsOf } from './abac/condition-sets.ts';
import type { EngineOptions, AuthorizedUsersQuery } from './query.ts';
import { holdersOfRole } from './rebac/holders-of-role.ts';
import { roleName } from './rebac/root-grants.ts';
import { compareStrings, compareValues } from './rego-order.ts';
import { requestOf, TENANT, roleGrants } from './request.ts';
import type { AuthorizedUserAssignment, AuthorizedUsersResult } from './result.ts';
import { isAsked } from './user-permissions/conditional-permissions.ts';
import type { World } from './world.ts';

/**
 * Lists the users who can do an action, and the assignments that allow it. Tenant roles count for a whole type;
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
  yield* byTenantRole(world, query);
  yield* byInstanceRole(world, query, options);
  if (isAsked(query.context?.['enable_abac_authorized_users'])) yield* byCondition(world, query);
}

function* byTenantRole(world: World, query: Question): Generator<AuthorizedUserAssignment> {
  const { tenant } = query;
  const resource = `${TENANT}:${tenant}`;
  for (const [user, roles] of world.holdersOf(resource)) {
    for (const role of roles)
      if (roleGrants(world, { scope: TENANT, role }, query)) yield { resource, role, tenant, user };
  }
}

/** Several roles can come from the same assignment, which counts once. */
function* byInstanceRole(
  world: World,
  query: Question,
  options: EngineOptions,
): Generator<AuthorizedUserAssignment> {
  const { type, key } = query.resource;
  const { tenant } = query;
  if (key === undefined || key === null || key === '') return;
  const seen = new Set<string>();
  for (const role of world.roleKeys(type)) {
    if (!roleGrants(world, { scope: type, role }, query)) continue;
    for (const { user, grant } of holdersOfRole(world, `${type}:${key}`, role)) {
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
): Generator<AuthorizedUserAssignment> {
  for (const user of world.userKeys()) {
    const request = requestOf(world, { user: { key: user }, action, resource });
    for (const pair of matchingPairs(request, conditionSetsOf(request))) {
      if (pair.grants) yield { resource: pair.resourceset, role: pair.userset, tenant, user };
    }
  }
}
