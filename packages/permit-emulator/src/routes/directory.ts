import { readAssignment, readDetailedAssignment } from '../domain/assignment-reads.ts';
import {
  assign,
  unassign,
  assignmentsOf,
  associate,
  assignAll,
  selectAssignments,
  unassignAll,
} from '../domain/assignments.ts';
import { createUser, readUser, replaceUser, selectUsers, updateUser } from '../domain/users.ts';
import { findTenant, findUser } from '../domain/find.ts';
import { deleteUser, deleteTenant } from '../domain/removal.ts';
import { newId } from '../ids.ts';
import { crud } from '../http/crud.ts';
import { forbidden, inEnvironment, noContent, reachEnvironment, Reply, route } from '../http/route.ts';
import {
  elementsLogin,
  userCreate,
  userListQuery,
  userRoleCreate,
  userUpdate,
  searchQuery,
  tenantCreate,
  tenantUpdate,
  assignment,
  assignmentListQuery,
  assignments,
  missingUserQuery,
  returnDeletedQuery,
} from '../schemas/facts.ts';
import { paginate, searchByName } from '../domain/paging.ts';
import { createTenant, readTenant, updateTenant } from '../domain/tenants.ts';

export const userRoutes = [
  ...crud('/v2/facts/{p}/{e}/users', {
    id: 'user_id',
    read: readUser,
    list: [userListQuery, selectUsers],
    isCounted: true,
    create: [userCreate, createUser],
    find: findUser,
    update: [userUpdate, updateUser],
    remove: deleteUser,
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
    remove: deleteTenant,
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
      for (const assignment of assignmentsOf(env, user.key)) {
        if (assignment.tenant === tenant.key) env.assignments.delete(assignment);
      }
      // The vendor removes the roles, but still lists the user as a member of the tenant.
      if (env.vendorQuirks) associate(env, user, tenant.key);
      return noContent;
    },
  }),
];

const path = '/v2/facts/{p}/{e}/role_assignments';

export const assignmentRoutes = [
  ...crud(path, {
    read: (env, found, query) =>
      query?.detailed === true ? readDetailedAssignment(env, found) : readAssignment(env, found),
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
