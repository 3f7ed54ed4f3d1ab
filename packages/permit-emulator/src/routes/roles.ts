import { findRole } from '../domain/find.ts';
import { searchByName } from '../domain/paging.ts';
import { createRole, deleteRole, permissionChanges, readRole, updateRole } from '../domain/roles.ts';
import { crud } from '../http/crud.ts';
import { inEnvironment } from '../http/route.ts';
import { searchQuery } from '../schemas/facts.ts';
import { permissions, roleCreate, roleUpdate } from '../schemas/schema.ts';

export const roleRoutes = [
  ...crud('/v2/schema/{p}/{e}/roles', {
    id: 'role_id',
    read: (env, role) => readRole(env, role),
    list: [searchQuery, ({ roles }, query) => searchByName(roles.values(), query)],
    create: [roleCreate, createRole],
    find: findRole,
    update: [roleUpdate, updateRole],
    remove: deleteRole,
  }),
  ...permissionChanges.map(([method, change]) =>
    inEnvironment(`${method} /v2/schema/{p}/{e}/roles/{role_id}/permissions`, {
      body: permissions,
      run(env, { params, body }) {
        const role = change(env, { role: findRole(env, params.role_id) }, body.permissions);
        env.roles.put(role);
        return readRole(env, role);
      },
    }),
  ),
];
