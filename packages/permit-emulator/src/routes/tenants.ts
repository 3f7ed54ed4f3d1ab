import { paginate, searchByName } from '../domain/paging.ts';
import { assignmentsOf, associate } from '../domain/assignments.ts';
import { findTenant, findUser } from '../domain/find.ts';
import { deleteTenant } from '../domain/removal.ts';
import { createTenant, readTenant, updateTenant } from '../domain/tenants.ts';
import { createUser, readUser, selectUsers } from '../domain/users.ts';
import { crud } from '../http/crud.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import { searchQuery, tenantCreate, tenantUpdate, userCreate, userListQuery } from '../schemas/facts.ts';

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
