import { applyPatch } from '../domain/apply-patch.ts';
import { findPart, findResource } from '../domain/find.ts';
import { paginate } from '../domain/paging.ts';
import { duplicate } from '../errors.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import type { Environment } from '../model/environment.ts';
import type { ActionGroupRecord, ResourceRecord } from '../model/records.ts';
import { pagingQuery } from '../schemas/common.ts';
import { actionGroupCreate, actionGroupUpdate } from '../schemas/schema.ts';

function read(env: Environment, resource: ResourceRecord, group: ActionGroupRecord): Record<string, unknown> {
  const { key, id, created_at, updated_at, ...fields } = group;
  return { ...fields, key, id, ...env.scope, resource_id: resource.id, created_at, updated_at };
}

/** Actions by key. Throws when one is not defined. */
function actionsOf(resource: ResourceRecord, actions: readonly string[]): string[] {
  return actions.map((action) => findPart(resource.actions, 'ResourceAction', action).key);
}

function put(env: Environment, resource: ResourceRecord, group: ActionGroupRecord): Record<string, unknown> {
  env.resources.put({ ...resource, action_groups: { ...resource.action_groups, [group.key]: group } });
  return read(env, resource, group);
}

export const actionGroupRoutes = [
  inEnvironment('GET /v2/schema/{p}/{e}/resources/{resource_id}/action_groups', {
    query: pagingQuery,
    run(env, { params, query }) {
      const resource = findResource(env, params.resource_id);
      return paginate(Object.values(resource.action_groups), query, (group) => read(env, resource, group))
        .data;
    },
  }),
  inEnvironment('POST /v2/schema/{p}/{e}/resources/{resource_id}/action_groups', {
    body: actionGroupCreate,
    run(env, { params, body }) {
      const resource = findResource(env, params.resource_id);
      if (Object.hasOwn(resource.action_groups, body.key)) throw duplicate('action group', body.key);
      return put(env, resource, {
        ...env.stamp(),
        key: body.key,
        name: body.name,
        description: body.description ?? null,
        attributes: body.attributes ?? {},
        actions: actionsOf(resource, body.actions ?? []),
      });
    },
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/resources/{resource_id}/action_groups/{action_group_id}', {
    run(env, { params }) {
      const resource = findResource(env, params.resource_id);
      return read(
        env,
        resource,
        findPart(resource.action_groups, 'ResourceActionGroup', params.action_group_id),
      );
    },
  }),
  inEnvironment('PATCH /v2/schema/{p}/{e}/resources/{resource_id}/action_groups/{action_group_id}', {
    body: actionGroupUpdate,
    run(env, { params, body: { attributes, actions, ...fields } }) {
      const resource = findResource(env, params.resource_id);
      const before = findPart(resource.action_groups, 'ResourceActionGroup', params.action_group_id);
      const group = applyPatch(before, {
        ...fields,
        attributes: attributes ?? undefined,
        actions: actions && actionsOf(resource, actions),
        updated_at: env.now(),
      });
      return put(env, resource, group);
    },
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/resources/{resource_id}/action_groups/{action_group_id}', {
    run(env, { params }) {
      const resource = findResource(env, params.resource_id);
      const { key } = findPart(resource.action_groups, 'ResourceActionGroup', params.action_group_id);
      const { [key]: _, ...action_groups } = resource.action_groups;
      env.resources.put({ ...resource, action_groups });
      return noContent;
    },
  }),
];
