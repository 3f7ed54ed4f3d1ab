import { findResource, findRole } from '../domain/find.ts';
import { searchByName } from '../domain/paging.ts';
import {
  buildRole,
  createRole,
  updatedRole,
  deleteRole,
  grant,
  readRole,
  revoke,
  updateRole,
} from '../domain/roles.ts';
import type { Environment } from '../model/environment.ts';
import { crud } from '../http/crud.ts';
import { inEnvironment } from '../http/route.ts';
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
  ...crud('/v2/schema/{p}/{e}/roles', {
    id: 'role_id',
    read: readRole,
    list: [searchQuery, ({ roles }, query) => searchByName(roles.values(), query)],
    create: [roleCreate, createRole],
    find: findRole,
    update: [roleUpdate, updateRole],
    remove: deleteRole,
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
];
