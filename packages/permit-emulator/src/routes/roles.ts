import { findResource, findRole } from '../domain/find.ts';
import { listResponse, filter, paginate, searching } from '../domain/paging.ts';
import {
  ancestors,
  buildRole,
  createRole,
  updatedRole,
  deleteRole,
  descendants,
  grant,
  readRole,
  revoke,
  updateRole,
} from '../domain/roles.ts';
import type { Environment } from '../model/environment.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import { searchQuery } from '../schemas/facts.ts';
import { permissions, roleCreate, rolesBulk, roleUpdate, type RoleCreate } from '../schemas/schema.ts';

/** Creates or updates the role. Returns whether it is new. */
function putRole(env: Environment, { key, ...fields }: RoleCreate): boolean {
  const isNew = !env.roles.has(key);
  if (isNew) createRole(env, { key, ...fields });
  else updateRole(env, key, fields);
  return isNew;
}

function putResourceRole(env: Environment, keyOrId: string, { key, ...fields }: RoleCreate): boolean {
  const own = findResource(env, keyOrId);
  const before = own.roles[key];
  const role =
    before === undefined
      ? buildRole(env, { key, ...fields }, own)
      : updatedRole(env, { role: before, own }, fields);
  env.resources.put({ ...own, roles: { ...own.roles, [key]: role } });
  return before === undefined;
}

export const roleRoutes = [
  inEnvironment('PUT /v2/schema/{p}/{e}/bulk/roles', {
    body: rolesBulk,
    run(env, { body }) {
      const created: string[] = [];
      const updated: string[] = [];
      for (const { resource, ...role } of body.operations) {
        const isNew = resource == null ? putRole(env, role) : putResourceRole(env, resource, role);
        (isNew ? created : updated).push(role.key);
      }
      return { created, updated };
    },
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/roles', {
    query: searchQuery,
    run(env, { query }) {
      const matches = searching(query.search);
      const found = filter(env.roles.values(), ({ key, name }) => matches(key, name));
      return listResponse(
        paginate(found, query, (role) => readRole(env, role)),
        query.include_total_count,
      );
    },
  }),
  inEnvironment('POST /v2/schema/{p}/{e}/roles', {
    body: roleCreate,
    run: (env, { body }) => readRole(env, createRole(env, body)),
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/roles/{role_id}', {
    run: (env, { params }) => readRole(env, findRole(env, params.role_id)),
  }),
  inEnvironment('PATCH /v2/schema/{p}/{e}/roles/{role_id}', {
    body: roleUpdate,
    run: (env, { params, body }) => readRole(env, updateRole(env, params.role_id, body)),
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/roles/{role_id}', {
    run(env, { params }) {
      deleteRole(env, params.role_id);
      return noContent;
    },
  }),
  inEnvironment('POST /v2/schema/{p}/{e}/roles/{role_id}/permissions', {
    body: permissions,
    run(env, { params, body }) {
      const role = grant(env, { role: findRole(env, params.role_id) }, body.permissions);
      env.roles.put(role);
      return readRole(env, role);
    },
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/roles/{role_id}/permissions', {
    body: permissions,
    run(env, { params, body }) {
      const role = revoke(env, { role: findRole(env, params.role_id) }, body.permissions);
      env.roles.put(role);
      return readRole(env, role);
    },
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/roles/{role_id}/ancestors', {
    run(env, { params }) {
      const found = ancestors(findRole(env, params.role_id), env.roles.values());
      return { roles: found.map((role) => readRole(env, role)) };
    },
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/roles/{role_id}/descendants', {
    run(env, { params }) {
      const found = descendants(findRole(env, params.role_id), env.roles.values());
      return { roles: found.map((role) => readRole(env, role)) };
    },
  }),
];
