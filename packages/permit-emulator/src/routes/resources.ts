import { findResource } from '../domain/find.ts';
import { filter, searchByName } from '../domain/paging.ts';
import {
  createResource,
  deleteResource,
  readResource,
  replaceResource,
  updateResource,
} from '../domain/resources.ts';
import { crud } from '../http/crud.ts';
import { inEnvironment } from '../http/route.ts';
import { resourceCreate, resourceListQuery, resourceReplace, resourceUpdate } from '../schemas/schema.ts';

export const resourceRoutes = [
  ...crud('/v2/schema/{p}/{e}/resources', {
    id: 'resource_id',
    read: readResource,
    list: [
      resourceListQuery,
      ({ resources }, query) =>
        filter(
          searchByName(resources.values(), query),
          ({ built_in }) => !built_in || query.include_built_in === true,
        ),
    ],
    create: [resourceCreate, createResource],
    find: findResource,
    update: [resourceUpdate, updateResource],
    remove: deleteResource,
  }),
  inEnvironment('PUT /v2/schema/{p}/{e}/resources/{resource_id}', {
    body: resourceReplace,
    run: (env, { params, body }) => readResource(env, replaceResource(env, params.resource_id, body)),
  }),
];
