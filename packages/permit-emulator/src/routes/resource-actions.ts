import { applyPatch } from '../domain/apply-patch.ts';
import { findPart, findResource } from '../domain/find.ts';
import { paginate } from '../domain/paging.ts';
import { buildAction } from '../domain/resource-parts.ts';
import { putResource } from '../domain/resources.ts';
import { duplicate } from '../errors.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import type { Environment } from '../model/environment.ts';
import type { ActionRecord, ResourceRecord } from '../model/records.ts';
import { pagingQuery } from '../schemas/common.ts';
import { actionCreate, actionUpdate } from '../schemas/schema.ts';

function read(env: Environment, resource: ResourceRecord, action: ActionRecord): Record<string, unknown> {
  const { key, id, name, description, attributes, created_at, updated_at } = action;
  return {
    name,
    description,
    attributes,
    key,
    id,
    permission_name: `${resource.key}:${key}`,
    ...env.scope,
    resource_id: resource.id,
    created_at,
    updated_at,
  };
}

function put(env: Environment, resource: ResourceRecord, action: ActionRecord): Record<string, unknown> {
  env.resources.put({ ...resource, actions: { ...resource.actions, [action.key]: action } });
  return read(env, resource, action);
}

export const resourceActionRoutes = [
  inEnvironment('GET /v2/schema/{p}/{e}/resources/{resource_id}/actions', {
    query: pagingQuery,
    run(env, { params, query }) {
      const resource = findResource(env, params.resource_id);
      return paginate(Object.values(resource.actions), query, (action) => read(env, resource, action)).data;
    },
  }),
  inEnvironment('POST /v2/schema/{p}/{e}/resources/{resource_id}/actions', {
    body: actionCreate,
    run(env, { params, body }) {
      const resource = findResource(env, params.resource_id);
      const { key } = body;
      if (Object.hasOwn(resource.actions, key)) throw duplicate('action', key);
      return put(env, resource, buildAction(env, { key }, body));
    },
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/resources/{resource_id}/actions/{action_id}', {
    run(env, { params }) {
      const resource = findResource(env, params.resource_id);
      return read(env, resource, findPart(resource.actions, 'ResourceAction', params.action_id));
    },
  }),
  inEnvironment('PATCH /v2/schema/{p}/{e}/resources/{resource_id}/actions/{action_id}', {
    body: actionUpdate,
    run(env, { params, body: { name, description, attributes } }) {
      const resource = findResource(env, params.resource_id);
      const before = findPart(resource.actions, 'ResourceAction', params.action_id);
      const patch = { name, description, attributes: attributes ?? undefined, updated_at: env.now() };
      return put(env, resource, applyPatch(before, patch));
    },
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/resources/{resource_id}/actions/{action_id}', {
    run(env, { params }) {
      const resource = findResource(env, params.resource_id);
      const { key } = findPart(resource.actions, 'ResourceAction', params.action_id);
      const { [key]: _, ...actions } = resource.actions;
      putResource(env, { ...resource, actions });
      return noContent;
    },
  }),
];
