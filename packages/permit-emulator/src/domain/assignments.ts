import { missingField, notFound, PermitError, duplicate } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import {
  assignmentKey,
  naturalKey,
  TENANT_ASSOCIATION,
  objectOf,
  type AssignmentRecord,
  type InstanceRecord,
  type UserRecord,
} from '../model/records.ts';
import type { Assignment, AssignmentListQuery } from '../schemas/facts.ts';
import { findPart, findResource, findRole, findTenant, findUser, objectName } from './find.ts';
import { filter } from './paging.ts';

/** A valid assignment, and the instance that it would create. */
export interface AssignmentPlan {
  readonly record: AssignmentRecord;
  readonly newInstance: InstanceRecord | undefined;
}

export function* assignmentsOf(
  { index, assignments }: Environment,
  user: string,
): Generator<AssignmentRecord> {
  const { tenantRoles, instanceRoles } = index.facts.rolesOf(user);
  for (const [tenant, roles] of tenantRoles) {
    for (const role of roles) {
      const record = assignments.get(naturalKey(user, role, `__tenant:${tenant}`));
      if (record !== undefined) yield record;
    }
  }
  for (const [object, roles] of instanceRoles) {
    for (const role of roles) {
      const record = assignments.get(naturalKey(user, role, object));
      if (record !== undefined) yield record;
    }
  }
}

/** Finds the instance `type:key`, or plans a new one, which needs the tenant. Another tenant is refused. */
export function planInstance(
  env: Environment,
  ident: string,
  tenant: string | null | undefined,
): {
  instance: InstanceRecord;
  isNew: boolean;
} {
  const given = tenant == null ? undefined : findTenant(env, tenant).key;
  const found = env.instances.find(ident);
  if (found !== undefined) {
    if (given !== undefined && given !== found.tenant) {
      throw new PermitError(
        'MISMATCH_RESOURCE_INSTANCES_TENANTS',
        'The resource instance belongs to another tenant',
        `The resource instance '${ident}' belongs to tenant '${found.tenant}', not to '${given}'`,
      );
    }
    return { instance: found, isNew: false };
  }
  const colon = ident.indexOf(':');
  if (colon === -1) throw notFound('ResourceInstance', ident);
  const resource = findResource(env, ident.slice(0, colon)).key;
  if (given === undefined) throw notFound('ResourceInstance', ident);
  const instance = { ...env.stamp(), key: ident.slice(colon + 1), resource, tenant: given, attributes: {} };
  return { instance, isNew: true };
}

/** Writes nothing. `user` need not be stored yet. */
export function planAssignment(
  env: Environment,
  input: Assignment,
  user: UserRecord = findUser(env, input.user),
): AssignmentPlan {
  const { id, created_at } = env.stamp();
  const base = { id, created_at, user: user.key, user_id: user.id };
  if (input.resource_instance == null) {
    if (input.tenant == null) throw missingField('tenant');
    const role = findRole(env, input.role).key;
    const tenant = findTenant(env, input.tenant).key;
    return { record: { ...base, role, tenant, resource_instance: null }, newInstance: undefined };
  }
  const { instance, isNew } = planInstance(env, input.resource_instance, input.tenant);
  const { roles } = findResource(env, instance.resource);
  const role = findPart(roles, 'Role', input.role).key;
  const record = { ...base, role, tenant: instance.tenant, resource_instance: objectOf(instance) };
  return { record, newInstance: isNew ? instance : undefined };
}

/** Returns `false`, and changes nothing, when the assignment exists. */
export function commitAssignment({ assignments, instances }: Environment, plan: AssignmentPlan): boolean {
  if (assignments.has(assignmentKey(plan.record))) return false;
  const { newInstance } = plan;
  if (newInstance !== undefined && !instances.has(objectOf(newInstance))) instances.put(newInstance);
  assignments.put(plan.record);
  return true;
}

/** Makes the user a member without a role. */
export function associate(env: Environment, user: UserRecord, tenant: string): void {
  const { id, created_at } = env.stamp();
  const fields = {
    user: user.key,
    user_id: user.id,
    role: TENANT_ASSOCIATION,
    tenant,
    resource_instance: null,
  };
  const record: AssignmentRecord = { id, created_at, ...fields };
  if (!env.assignments.has(assignmentKey(record))) env.assignments.put(record);
}

export function assign(env: Environment, input: Assignment): AssignmentRecord {
  const plan = planAssignment(env, input);
  if (!commitAssignment(env, plan)) throw duplicate('role assignment', assignmentKey(plan.record));
  return plan.record;
}

function findAssignment(env: Environment, input: Assignment): AssignmentRecord | undefined {
  const user = env.users.find(input.user)?.key ?? input.user;
  if (input.resource_instance != null) {
    const instance = env.instances.find(input.resource_instance);
    const resource = instance && env.resources.get(instance.resource);
    const role = Object.values(resource?.roles ?? {}).find(({ id }) => id === input.role)?.key ?? input.role;
    return instance && env.assignments.get(naturalKey(user, role, objectOf(instance)));
  }
  if (input.tenant == null) throw missingField('tenant');
  const role = env.roles.find(input.role)?.key ?? input.role;
  const tenant = env.tenants.find(input.tenant)?.key ?? input.tenant;
  return env.assignments.get(naturalKey(user, role, `__tenant:${tenant}`));
}

export function unassign(env: Environment, input: Assignment): AssignmentRecord {
  const found = findAssignment(env, input);
  if (found === undefined) {
    throw notFound(
      'RoleAssignment',
      `${input.user} ${input.role} ${input.resource_instance ?? input.tenant ?? ''}`,
    );
  }
  env.assignments.delete(found);
  return found;
}

/** Skips assignments that exist. Returns the number of new ones. */
export function assignAll(
  env: Environment,
  inputs: readonly Assignment[],
  missing: 'create' | 'fail' | 'ignore',
): number {
  const newUsers = new Map<string, UserRecord>();
  const plans: AssignmentPlan[] = [];
  for (const input of inputs) {
    let user = env.users.find(input.user) ?? newUsers.get(input.user);
    if (user === undefined) {
      if (missing === 'fail') throw notFound('User', input.user);
      if (missing === 'ignore') continue;
      user = {
        ...env.stamp(),
        key: input.user,
        email: null,
        first_name: null,
        last_name: null,
        attributes: {},
      };
      newUsers.set(input.user, user);
    }
    plans.push(planAssignment(env, input, user));
  }
  for (const user of newUsers.values()) env.users.put(user);
  return plans.filter((plan) => commitAssignment(env, plan)).length;
}

/** Ignores assignments that do not exist. Returns the number of removed ones. */
export function unassignAll(env: Environment, inputs: readonly Assignment[]): number {
  const found = new Set(inputs.map((input) => findAssignment(env, input)));
  found.delete(undefined);
  for (const assignment of found) if (assignment !== undefined) env.assignments.delete(assignment);
  return found.size;
}

/** Filters contain keys or ids. */
export function selectAssignments(env: Environment, query: AssignmentListQuery): Iterable<AssignmentRecord> {
  const users = query.user?.map((user) => env.users.find(user)?.key ?? user);
  const tenants = query.tenant?.map((tenant) => env.tenants.find(tenant)?.key ?? tenant);
  const roles = query.role?.map((role) => env.roles.find(role)?.key ?? role);
  const { resource } = query;
  const type = resource === undefined ? undefined : (env.resources.find(resource)?.key ?? resource);
  const instance = query.resource_instance;
  const object = instance === undefined ? undefined : objectName(env, instance);
  const candidates = users === undefined ? env.assignments.values() : ofUsers(env, users);
  return filter(candidates, (assignment) => {
    const { resource_instance } = assignment;
    if (assignment.role === TENANT_ASSOCIATION) return false;
    if (tenants !== undefined && !tenants.includes(assignment.tenant)) return false;
    if (roles !== undefined && !roles.includes(assignment.role)) return false;
    if (type !== undefined && resource_instance?.startsWith(`${type}:`) !== true) return false;
    return object === undefined || resource_instance === object;
  });
}

function* ofUsers(env: Environment, users: readonly string[]): Generator<AssignmentRecord> {
  for (const user of new Set(users)) yield* assignmentsOf(env, user);
}
