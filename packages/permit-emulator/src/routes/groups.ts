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
import { listResponse, filter, paginate, searching } from '../domain/paging.ts';
import { removeInstance } from '../domain/removal.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import {
  groupAssignment,
  groupAssignUser,
  groupCreate,
  groupListQuery,
  groupRole,
} from '../schemas/groups.ts';

export const groupRoutes = [
  inEnvironment('GET /v2/schema/{p}/{e}/groups', {
    query: groupListQuery,
    run(env, { query }) {
      const tenant = query.tenant === undefined ? undefined : findTenant(env, query.tenant).key;
      const matches = searching(query.search);
      const found = filter(
        groups(env),
        (group) =>
          (tenant === undefined || group.tenant === tenant) &&
          (query.resource === undefined || group.resource === query.resource) &&
          matches(group.key),
      );
      return listResponse(
        paginate(found, query, (group) => readGroup(env, group)),
        query.include_total_count,
      );
    },
  }),
  inEnvironment('POST /v2/schema/{p}/{e}/groups', {
    body: groupCreate,
    run: (env, { body }) => readGroup(env, createGroup(env, body)),
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/groups/{group_instance_key}', {
    run: (env, { params }) => readGroup(env, findGroup(env, params.group_instance_key)),
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/groups/{group_instance_key}', {
    run(env, { params }) {
      removeInstance(env, findGroup(env, params.group_instance_key));
      return noContent;
    },
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
