import { applyPatch, inner } from '../model/table.ts';
import { duplicate } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import { assignmentKey, TENANT_ASSOCIATION, type UserRecord } from '../model/records.ts';
import type { UserCreate, UserListQuery, UserUpdate } from '../schemas/facts.ts';
import { assignmentsOf, commitAssignment, planAssignment, type AssignmentPlan } from './assignments.ts';
import { findRole, findTenant } from './find.ts';
import { checkUserAttributes } from './strict.ts';
import { filter, searching } from './paging.ts';

interface Membership {
  readonly tenant: string;
  readonly roles: string[];
  readonly status: 'active';
  readonly resource_instance_roles: object[];
}

export function readUser(
  env: Environment,
  user: UserRecord,
  query?: Partial<UserListQuery>,
): Record<string, unknown> {
  const tenants = new Map<string, Membership>();
  const roles: object[] = [];
  for (const { role, tenant, resource_instance } of assignmentsOf(env, user.key)) {
    const membership = inner(tenants, tenant, (): Membership => ({
      tenant,
      roles: [],
      status: 'active',
      resource_instance_roles: [],
    }));
    if (role === TENANT_ASSOCIATION) continue;
    if (resource_instance === null) {
      membership.roles.push(role);
      roles.push({ role, tenant });
    } else if (query?.include_resource_instance_roles === true) {
      const [resource, ...key] = resource_instance.split(':');
      membership.resource_instance_roles.push({ resource, resource_instance: key.join(':'), role });
    }
  }
  const { id, key, created_at, updated_at, ...fields } = user;
  return {
    key,
    id,
    ...env.scope,
    associated_tenants: [...tenants.values()],
    roles,
    created_at,
    updated_at,
    ...fields,
  };
}

function fieldsOf(
  env: Environment,
  input: UserUpdate,
): Pick<UserRecord, 'attributes' | 'email' | 'first_name' | 'last_name'> {
  checkUserAttributes(env, input.attributes);
  return {
    email: input.email ?? null,
    first_name: input.first_name ?? null,
    last_name: input.last_name ?? null,
    attributes: input.attributes ?? {},
  };
}

function planRoles(env: Environment, user: UserRecord, input: UserCreate): AssignmentPlan[] {
  return (input.role_assignments ?? []).map((wanted) =>
    planAssignment(env, { ...wanted, user: user.key }, user),
  );
}

/** Refuses what the writing functions would refuse, before a bulk call writes anything. */
export function planUser(env: Environment, input: UserCreate): void {
  const fields = fieldsOf(env, input);
  const user = env.users.get(input.key) ?? { ...env.stamp(), key: input.key, ...fields };
  planRoles(env, user, input);
}

export function createUser(env: Environment, input: UserCreate): UserRecord {
  if (env.users.has(input.key)) throw duplicate('user', input.key);
  const user: UserRecord = { ...env.stamp(), key: input.key, ...fieldsOf(env, input) };
  const plans = planRoles(env, user, input);
  env.users.put(user);
  for (const plan of plans) commitAssignment(env, plan);
  return user;
}

/**
 * `role_assignments`, when given, is the complete set of *tenant* roles: others are removed. The vendor does
 * not document this case.
 */
export function replaceUser(
  env: Environment,
  keyOrId: string,
  input: UserCreate,
): { user: UserRecord; created: boolean } {
  const before = env.users.find(keyOrId) ?? env.users.get(input.key);
  if (before === undefined) return { user: createUser(env, input), created: true };
  const user: UserRecord = { ...before, ...fieldsOf(env, input), updated_at: env.now() };
  const plans = planRoles(env, user, input);
  const wanted = new Set(plans.map(({ record }) => assignmentKey(record)));
  const surplus =
    input.role_assignments == null
      ? []
      : [...assignmentsOf(env, user.key)].filter(
          (held) =>
            held.resource_instance === null &&
            held.role !== TENANT_ASSOCIATION &&
            !wanted.has(assignmentKey(held)),
        );
  env.users.put(user);
  for (const assignment of surplus) env.assignments.delete(assignment);
  for (const plan of plans) commitAssignment(env, plan);
  return { user, created: false };
}

export function updateUser(env: Environment, before: UserRecord, input: UserUpdate): UserRecord {
  checkUserAttributes(env, input.attributes);
  const attributes = input.attributes === null ? {} : input.attributes;
  const user = applyPatch(before, { ...input, attributes, updated_at: env.now() });
  env.users.put(user);
  return user;
}

export function selectUsers(env: Environment, query: UserListQuery, tenant?: string): Iterable<UserRecord> {
  const matches = searching(query.search);
  const inTenant = tenant === undefined ? undefined : findTenant(env, tenant).key;
  const role = query.role === undefined ? undefined : findRole(env, query.role).key;
  const hasRole = (user: UserRecord): boolean => {
    if (role === undefined && inTenant === undefined) return true;
    for (const assignment of assignmentsOf(env, user.key)) {
      if (role !== undefined && (assignment.role !== role || assignment.resource_instance !== null)) continue;
      if (inTenant === undefined || assignment.tenant === inTenant) return true;
    }
    return false;
  };
  // The vendor's own test expects a search by email, or by key for users without one.
  return filter(env.users.values(), (user) => matches(user.email ?? user.key) && hasRole(user));
}
