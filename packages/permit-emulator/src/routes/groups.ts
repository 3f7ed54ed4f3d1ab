import { findTenant } from '../domain/find.ts';
import {
  addGroup,
  addRole,
  addUser,
  createGroup,
  findGroup,
  groups,
  readGroup,
  removeGroup,
  removeRole,
  removeUser,
} from '../domain/groups.ts';
import { filter, searching } from '../domain/paging.ts';
import { removeInstance } from '../domain/removal.ts';
import { crud } from '../http/crud.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import {
  groupAssignment,
  groupAssignUser,
  groupCreate,
  groupListQuery,
  groupRole,
} from '../schemas/groups.ts';

export const groupRoutes = [
  ...crud('/v2/schema/{p}/{e}/groups', {
    id: 'group_instance_key',
    read: readGroup,
    list: [
      groupListQuery,
      (env, query) => {
        const tenant = query.tenant === undefined ? undefined : findTenant(env, query.tenant).key;
        const matches = searching(query.search);
        return filter(
          groups(env),
          (group) =>
            (tenant === undefined || group.tenant === tenant) &&
            (query.resource === undefined || group.resource === query.resource) &&
            matches(group.key),
        );
      },
    ],
    create: [groupCreate, createGroup],
    find: findGroup,
    remove: (env, ident) => removeInstance(env, findGroup(env, ident)),
  }),
  inEnvironment('PUT /v2/schema/{p}/{e}/groups/{group_instance_key}/users/{user_id}', {
    body: groupAssignUser,
    run(env, { params }) {
      const group = findGroup(env, params.group_instance_key);
      addUser(env, group, params.user_id);
      return readGroup(env, group);
    },
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/groups/{group_instance_key}/users/{user_id}', {
    body: groupAssignUser,
    run(env, { params }) {
      removeUser(env, findGroup(env, params.group_instance_key), params.user_id);
      return noContent;
    },
  }),
  inEnvironment('POST /v2/schema/{p}/{e}/groups/{group_instance_key}/roles', {
    body: groupRole,
    run(env, { params, body }) {
      const group = findGroup(env, params.group_instance_key);
      addRole(env, group, body);
      return readGroup(env, group);
    },
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/groups/{group_instance_key}/roles', {
    body: groupRole,
    run(env, { params, body }) {
      removeRole(env, findGroup(env, params.group_instance_key), body);
      return noContent;
    },
  }),
  inEnvironment('PUT /v2/schema/{p}/{e}/groups/{group_instance_key}/assign_group', {
    body: groupAssignment,
    run(env, { params, body }) {
      const group = findGroup(env, params.group_instance_key);
      addGroup(env, group, findGroup(env, body.group_instance_key));
      return readGroup(env, group);
    },
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/groups/{group_instance_key}/assign_group', {
    body: groupAssignment,
    run(env, { params, body }) {
      const group = findGroup(env, params.group_instance_key);
      removeGroup(env, group, findGroup(env, body.group_instance_key));
      return noContent;
    },
  }),
];
