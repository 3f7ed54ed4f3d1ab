import {
  assign,
  assignAll,
  assignmentsOf,
  associate,
  selectAssignments,
  unassign,
  unassignAll,
} from '../domain/assignments.ts';
import { findTenant, findUser } from '../domain/find.ts';
import { paginate, searchByName } from '../domain/paging.ts';
import { removeTenant, removeUser } from '../domain/removal.ts';
import { createTenant, readTenant, updateTenant } from '../domain/tenants.ts';
import { createUser, readUser, replaceUser, selectUsers, updateUser } from '../domain/users.ts';
import { notFound } from '../errors.ts';
import { crud } from '../http/crud.ts';
import { forbidden, inEnvironment, noContent, reachEnvironment, Reply, route } from '../http/route.ts';
import { newId } from '../ids.ts';
import type { Environment } from '../model/environment.ts';
import { TENANT_ASSOCIATION, type AssignmentRecord } from '../model/records.ts';
import {
  assignment,
  assignmentListQuery,
  assignments,
  elementsLogin,
  missingUserQuery,
  returnDeletedQuery,
  searchQuery,
  tenantCreate,
  tenantUpdate,
  userCreate,
  userListQuery,
  userRoleCreate,
  userUpdate,
} from '../schemas/facts.ts';

function roleAndInstance(env: Environment, { role, resource_instance }: AssignmentRecord) {
  const instance = resource_instance === null ? undefined : env.instances.get(resource_instance);
  const roles = instance === undefined ? undefined : env.resources.get(instance.resource)?.roles;
  return { instance, role: instance === undefined ? env.roles.get(role) : roles?.[role] };
}

function readAssignment(env: Environment, assignment: AssignmentRecord): Record<string, unknown> {
  const { id, user, user_id, role, tenant, resource_instance, created_at } = assignment;
  const held = roleAndInstance(env, assignment);
  return {
    id,
    user,
    role,
    tenant,
    resource_instance,
    resource_instance_id: held.instance?.id ?? null,
    user_id,
    role_id: held.role?.id,
    tenant_id: env.tenants.get(tenant)?.id,
    ...env.scope,
    created_at,
  };
}

function readDetailedAssignment(env: Environment, assignment: AssignmentRecord): Record<string, unknown> {
  const { id, created_at } = assignment;
  const user = env.users.get(assignment.user);
  const tenant = env.tenants.get(assignment.tenant);
  const { instance, role } = roleAndInstance(env, assignment);
  return {
    id,
    role: { id: role?.id, key: assignment.role, name: role?.name, permissions: role?.permissions },
    user: {
      id: assignment.user_id,
      key: assignment.user,
      email: user?.email ?? null,
      first_name: user?.first_name ?? null,
      last_name: user?.last_name ?? null,
      attributes: user?.attributes ?? {},
    },
    tenant: {
      id: tenant?.id,
      key: assignment.tenant,
      name: tenant?.name,
      attributes: tenant?.attributes ?? {},
    },
    resource_instance: instance
      ? { id: instance.id, key: instance.key, resource: instance.resource, attributes: instance.attributes }
      : null,
    ...env.scope,
    created_at,
  };
}

export const userRoutes = [
  ...crud('/v2/facts/{p}/{e}/users', {
    id: 'user_id',
    read: readUser,
    list: [userListQuery, selectUsers],
    isCounted: true,
    create: [userCreate, createUser],
    find: findUser,
    update: [userUpdate, updateUser],
    remove: removeUser,
  }),
  inEnvironment('PUT /v2/facts/{p}/{e}/users/{user_id}', {
    body: userCreate,
    run(env, { params, body }) {
      const { user, created } = replaceUser(env, params.user_id, body);
      return new Reply(created ? 201 : 200, readUser(env, user));
    },
  }),
  inEnvironment('POST /v2/facts/{p}/{e}/users/{user_id}/roles', {
    body: userRoleCreate,
    run: (env, { params, body }) => readAssignment(env, assign(env, { ...body, user: params.user_id })),
  }),
  inEnvironment('DELETE /v2/facts/{p}/{e}/users/{user_id}/roles', {
    body: userRoleCreate,
    query: returnDeletedQuery,
    run(env, { params, body, query }) {
      const deleted = unassign(env, { ...body, user: params.user_id });
      return query.return_deleted === true ? readAssignment(env, deleted) : noContent;
    },
  }),
  // `permit.elements.loginAs` of the SDK. The emulator has no Elements to be redirected to.
  route('POST /v2/auth/elements_login_as', {
    body: elementsLogin,
    run(call) {
      const { project_id: p, environment_id: e } = call.key;
      if (p === null || e === null) throw forbidden('This API key is not of one environment');
      const env = reachEnvironment(call, { p, e });
      findUser(env, call.body.user_id);
      findTenant(env, call.body.tenant_id);
      const token = newId();
      return { redirect_url: `https://embed.permit.io/login?token=${token}`, token };
    },
  }),
];

export const tenantRoutes = [
  ...crud('/v2/facts/{p}/{e}/tenants', {
    id: 'tenant_id',
    read: readTenant,
    list: [searchQuery, ({ tenants }, query) => searchByName(tenants.values(), query)],
    find: findTenant,
    update: [tenantUpdate, updateTenant],
    remove: removeTenant,
  }),
  inEnvironment('POST /v2/facts/{p}/{e}/tenants', {
    body: tenantCreate,
    run(env, { body }) {
      const tenant = createTenant(env, body);
      // Only the response to the creation has `null` for no attributes: the vendor's own test asserts it.
      return { ...readTenant(env, tenant), attributes: tenant.attributes };
    },
  }),
  inEnvironment('GET /v2/facts/{p}/{e}/tenants/{tenant_id}/users', {
    query: userListQuery,
    run: (env, { params, query }) =>
      paginate(selectUsers(env, query, params.tenant_id), query, (user) => readUser(env, user, query)),
  }),
  inEnvironment('POST /v2/facts/{p}/{e}/tenants/{tenant_id}/users', {
    body: userCreate,
    run(env, { params, body }) {
      const tenant = findTenant(env, params.tenant_id);
      const user = createUser(env, body);
      associate(env, user, tenant.key);
      return readUser(env, user);
    },
  }),
  inEnvironment('DELETE /v2/facts/{p}/{e}/tenants/{tenant_id}/users/{user_id}', {
    run(env, { params }) {
      const tenant = findTenant(env, params.tenant_id);
      const user = findUser(env, params.user_id);
      const assignments = [...assignmentsOf(env, user.key)];
      const held = assignments.filter(({ role }) => role !== TENANT_ASSOCIATION);
      if (!held.some((assignment) => assignment.tenant === tenant.key))
        throw notFound('RoleAssignment', `${user.key} ${tenant.key}`);
      if (held.every((assignment) => assignment.tenant === tenant.key)) removeUser(env, user);
      else {
        for (const assignment of assignments)
          if (assignment.tenant === tenant.key) env.assignments.delete(assignment);
        // The vendor removes the roles, but still lists the user as a member of the tenant.
        if (env.vendorQuirks) associate(env, user, tenant.key);
      }
      return noContent;
    },
  }),
];

const path = '/v2/facts/{p}/{e}/role_assignments';

export const assignmentRoutes = [
  ...crud(path, {
    read: readAssignment,
    readDetailed: readDetailedAssignment,
    list: [assignmentListQuery, selectAssignments],
    create: [assignment, assign],
  }),
  inEnvironment(`DELETE ${path}`, {
    body: assignment,
    query: returnDeletedQuery,
    run(env, { body, query }) {
      const deleted = unassign(env, body);
      return query.return_deleted === true ? readAssignment(env, deleted) : noContent;
    },
  }),
  inEnvironment(`POST ${path}/bulk`, {
    body: assignments,
    query: missingUserQuery,
    run: (env, { body, query }) => ({
      assignments_created: assignAll(env, body, query.missing_user_policy ?? 'fail'),
    }),
  }),
  inEnvironment(`DELETE ${path}/bulk`, {
    body: assignments,
    run: (env, { body }) => ({ assignments_removed: unassignAll(env, body) }),
  }),
];
