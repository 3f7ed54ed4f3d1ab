import { matchingPairs } from './abac/abac.ts';
import { conditionSetsOf } from './abac/condition-sets.ts';
import type { EngineOptions, AuthorizedUsersQuery } from './query.ts';
import { roleName, nameOf, rootGrants, typeOf, type Grant } from './rebac/root-grants.ts';
import { compareStrings, compareValues } from './rego-order.ts';
import { requestOf, TENANT, roleGrants } from './request.ts';
import type { AuthorizedUserAssignment, AuthorizedUsersResult } from './result.ts';
import { isRequested } from './user-permissions.ts';
import type { World } from './world.ts';

/**
 * Who can do an action, and the assignments that allow it. Instance roles count only when the query names the instance.
 * Conditions contribute only with `context.enable_abac_authorized_users`: they are tried on every user, and see no
 * other context.
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
  if (isRequested(query.context?.['enable_abac_authorized_users'])) yield* byCondition(world, query);
}

function* byTenantRole(world: World, query: Question): Generator<AuthorizedUserAssignment> {
  const { tenant } = query;
  const resource = `${TENANT}:${tenant}`;
  for (const [user, roles] of world.holdersOf(resource)) {
    for (const role of roles)
      if (roleGrants(world, { scope: TENANT, role }, query)) yield { resource, role, tenant, user };
  }
}

/** Several roles can come from the same assignment, which is listed once. */
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

export interface Holder {
  readonly user: string;
  readonly grant: Grant;
}

/**
 * Every user who has `role` on `object`, with each assignment that it derives from. Checks each candidate, because
 * derivation can depend on the user (`no_direct_roles_on_object`).
 */
function* holdersOfRole(world: World, object: string, role: string): Generator<Holder> {
  const candidates = new Set<string>();
  for (const source of possibleSources(world, { object, role })) {
    for (const [user, roles] of world.holdersOf(source.object)) {
      if (roles.has(source.role)) candidates.add(user);
    }
  }
  for (const key of candidates) {
    const user = world.user(key);
    if (user === undefined) continue;
    for (const grant of rootGrants({ world, user }, object, role)) yield { user: key, grant };
  }
}

type RoleOnObject = Pick<Grant, 'object' | 'role'>;

/** A superset of the roles that this one derives from, because it ignores users. */
function* possibleSources(world: World, start: RoleOnObject): Generator<RoleOnObject> {
  const seen = new Set([nameOf(start)]);
  const queue = [start];
  for (const grant of queue) {
    yield grant;
    for (const rule of world.role(typeOf(grant.object), grant.role)?.grantedTo?.rules ?? []) {
      for (const object of world.subjectsOf(grant.object, rule.relation, rule.onResource)) {
        const source = { object, role: rule.role };
        if (seen.has(nameOf(source))) continue;
        seen.add(nameOf(source));
        queue.push(source);
      }
    }
  }
}
