import { applyPatch } from '../domain/apply-patch.ts';
import { findPart, findResource } from '../domain/find.ts';
import { paginate, type Page } from '../domain/paging.ts';
import { buildAttribute } from '../domain/resource-parts.ts';
import { duplicate } from '../errors.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import type { Environment } from '../model/environment.ts';
import type { AttributeRecord, ResourceRecord } from '../model/records.ts';
import { pagingQuery } from '../schemas/common.ts';
import {
  attributeCreate,
  attributeUpdate,
  userAttributeQuery,
  userAttributesQuery,
  type AttributeCreate,
  type AttributeUpdate,
} from '../schemas/schema.ts';

function read(
  env: Environment,
  resource: ResourceRecord,
  attribute: AttributeRecord,
): Record<string, unknown> {
  const { key, id, type, description, created_at, updated_at } = attribute;
  return {
    type,
    description,
    built_in: false,
    key,
    id,
    resource_id: resource.id,
    resource_key: resource.key,
    ...env.scope,
    created_at,
    updated_at,
  };
}

/** The built-in resource whose attributes are the attributes of users. */
function userResource(env: Environment): ResourceRecord {
  return findResource(env, '__user');
}

function list(env: Environment, resource: ResourceRecord, page: Page): unknown[] {
  return paginate(Object.values(resource.attributes), page, (attribute) => read(env, resource, attribute))
    .data;
}

function put(
  env: Environment,
  resource: ResourceRecord,
  attribute: AttributeRecord,
): Record<string, unknown> {
  env.resources.put({ ...resource, attributes: { ...resource.attributes, [attribute.key]: attribute } });
  return read(env, resource, attribute);
}

function create(env: Environment, resource: ResourceRecord, body: AttributeCreate): Record<string, unknown> {
  const { key } = body;
  if (Object.hasOwn(resource.attributes, key)) throw duplicate('attribute', key);
  return put(env, resource, buildAttribute(env, { key }, body));
}

function find(resource: ResourceRecord, keyOrId: string): AttributeRecord {
  return findPart(resource.attributes, 'ResourceAttribute', keyOrId);
}

/** An attribute in its resource. */
interface Place {
  readonly resource: ResourceRecord;
  readonly attribute: AttributeRecord;
}

function update(
  env: Environment,
  { resource, attribute }: Place,
  body: AttributeUpdate,
): Record<string, unknown> {
  return put(env, resource, applyPatch(attribute, { ...body, updated_at: env.now() }));
}

function remove(env: Environment, { resource, attribute }: Place): typeof noContent {
  const { [attribute.key]: _, ...attributes } = resource.attributes;
  env.resources.put({ ...resource, attributes });
  return noContent;
}

function ofResource(env: Environment, params: { resource_id: string; attribute_id: string }): Place {
  const resource = findResource(env, params.resource_id);
  return { resource, attribute: find(resource, params.attribute_id) };
}

function ofUsers(env: Environment, keyOrId: string): Place {
  const resource = userResource(env);
  return { resource, attribute: find(resource, keyOrId) };
}

export const attributeRoutes = [
  inEnvironment('GET /v2/schema/{p}/{e}/resources/{resource_id}/attributes', {
    query: pagingQuery,
    run: (env, { params, query }) => list(env, findResource(env, params.resource_id), query),
  }),
  inEnvironment('POST /v2/schema/{p}/{e}/resources/{resource_id}/attributes', {
    body: attributeCreate,
    run: (env, { params, body }) => create(env, findResource(env, params.resource_id), body),
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/resources/{resource_id}/attributes/{attribute_id}', {
    run(env, { params }) {
      const { resource, attribute } = ofResource(env, params);
      return read(env, resource, attribute);
    },
  }),
  inEnvironment('PATCH /v2/schema/{p}/{e}/resources/{resource_id}/attributes/{attribute_id}', {
    body: attributeUpdate,
    run: (env, { params, body }) => update(env, ofResource(env, params), body),
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/resources/{resource_id}/attributes/{attribute_id}', {
    run: (env, { params }) => remove(env, ofResource(env, params)),
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/users/attributes', {
    query: userAttributesQuery,
    run: (env, { query }) => list(env, userResource(env), query),
  }),
  inEnvironment('POST /v2/schema/{p}/{e}/users/attributes', {
    body: attributeCreate,
    query: userAttributeQuery,
    run: (env, { body }) => create(env, userResource(env), body),
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/users/attributes/{attribute_id}', {
    query: userAttributeQuery,
    run(env, { params }) {
      const { resource, attribute } = ofUsers(env, params.attribute_id);
      return read(env, resource, attribute);
    },
  }),
  inEnvironment('PATCH /v2/schema/{p}/{e}/users/attributes/{attribute_id}', {
    body: attributeUpdate,
    query: userAttributeQuery,
    run: (env, { params, body }) => update(env, ofUsers(env, params.attribute_id), body),
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/users/attributes/{attribute_id}', {
    query: userAttributesQuery,
    run: (env, { params }) => remove(env, ofUsers(env, params.attribute_id)),
  }),
];
