import { findPart, findResource } from '../domain/find.ts';
import { paginate } from '../domain/paging.ts';
import { putResource } from '../domain/resources.ts';
import { duplicate } from '../errors.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import type { Environment } from '../model/environment.ts';
import type { RelationRecord, ResourceRecord } from '../model/records.ts';
import { pagingQuery } from '../schemas/common.ts';
import { relationCreate } from '../schemas/schema.ts';

function read(env: Environment, object: ResourceRecord, relation: RelationRecord): Record<string, unknown> {
  const { key, id, name, description, subject_resource, created_at, updated_at } = relation;
  return {
    description,
    subject_resource,
    key,
    name,
    id,
    ...env.scope,
    created_at,
    updated_at,
    object_resource_id: object.id,
    object_resource: object.key,
    subject_resource_id: env.resources.get(subject_resource)?.id,
  };
}

export const relationRoutes = [
  inEnvironment('GET /v2/schema/{p}/{e}/resources/{resource_id}/relations', {
    query: pagingQuery,
    run(env, { params, query }) {
      const object = findResource(env, params.resource_id);
      return paginate(Object.values(object.relations), query, (relation) => read(env, object, relation));
    },
  }),
  inEnvironment('POST /v2/schema/{p}/{e}/resources/{resource_id}/relations', {
    body: relationCreate,
    run(env, { params, body }) {
      const object = findResource(env, params.resource_id);
      if (Object.hasOwn(object.relations, body.key)) throw duplicate('relation', body.key);
      const relation = {
        ...env.stamp(),
        key: body.key,
        name: body.name,
        description: body.description ?? null,
        subject_resource: findResource(env, body.subject_resource).key,
      };
      env.resources.put({ ...object, relations: { ...object.relations, [relation.key]: relation } });
      return read(env, object, relation);
    },
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/resources/{resource_id}/relations/{relation_id}', {
    run(env, { params }) {
      const object = findResource(env, params.resource_id);
      return read(env, object, findPart(object.relations, 'Relation', params.relation_id));
    },
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/resources/{resource_id}/relations/{relation_id}', {
    run(env, { params }) {
      const object = findResource(env, params.resource_id);
      const { key } = findPart(object.relations, 'Relation', params.relation_id);
      const { [key]: _, ...relations } = object.relations;
      putResource(env, { ...object, relations });
      return noContent;
    },
  }),
];
