import { findResource } from '../domain/find.ts';
import { listResponse, filter, paginate, searching } from '../domain/paging.ts';
import {
  createResource,
  deleteResource,
  readResource,
  replaceResource,
  updateResource,
} from '../domain/resources.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import { resourceCreate, resourceListQuery, resourceReplace, resourceUpdate } from '../schemas/schema.ts';

export const resourceRoutes = [
  inEnvironment('GET /v2/schema/{p}/{e}/resources', {
    query: resourceListQuery,
    run(env, { query }) {
      const matches = searching(query.search);
      const found = filter(
        env.resources.values(),
        ({ key, name, built_in }) => matches(key, name) && (!built_in || query.include_built_in === true),
      );
      return listResponse(
        paginate(found, query, (resource) => readResource(env, resource)),
        query.include_total_count,
      );
    },
  }),
  inEnvironment('POST /v2/schema/{p}/{e}/resources', {
    body: resourceCreate,
    run: (env, { body }) => readResource(env, createResource(env, body)),
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/resources/{resource_id}', {
    run: (env, { params }) => readResource(env, findResource(env, params.resource_id)),
  }),
  inEnvironment('PUT /v2/schema/{p}/{e}/resources/{resource_id}', {
    body: resourceReplace,
    run: (env, { params, body }) => readResource(env, replaceResource(env, params.resource_id, body)),
  }),
  inEnvironment('PATCH /v2/schema/{p}/{e}/resources/{resource_id}', {
    body: resourceUpdate,
    run: (env, { params, body }) => readResource(env, updateResource(env, params.resource_id, body)),
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/resources/{resource_id}', {
    run(env, { params }) {
      deleteResource(env, params.resource_id);
      return noContent;
    },
  }),
];
