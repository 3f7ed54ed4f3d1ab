import { findInstance } from '../domain/find.ts';
import {
  createInstance,
  readDetailedInstance,
  readInstance,
  selectInstances,
  updateInstance,
} from '../domain/instances.ts';
import { listResponse, paginate } from '../domain/paging.ts';
import { deleteInstance } from '../domain/removal.ts';
import { crud } from '../http/crud.ts';
import { inEnvironment } from '../http/route.ts';
import { instanceCreate, instanceGetQuery, instanceListQuery, instanceUpdate } from '../schemas/facts.ts';

export const instanceRoutes = [
  inEnvironment('GET /v2/facts/{p}/{e}/resource_instances', {
    query: instanceListQuery,
    run(env, { query }) {
      const read = query.detailed === true ? readDetailedInstance : readInstance;
      const page = paginate(selectInstances(env, query), query, (found) => read(env, found));
      return listResponse(page, query.include_total_count);
    },
  }),
  inEnvironment('GET /v2/facts/{p}/{e}/resource_instances/detailed', {
    query: instanceListQuery,
    run: (env, { query }) =>
      paginate(selectInstances(env, query), query, (found) => readDetailedInstance(env, found)),
  }),
  inEnvironment('GET /v2/facts/{p}/{e}/resource_instances/{instance_id}', {
    query: instanceGetQuery,
    run(env, { params, query }) {
      const instance = findInstance(env, params.instance_id);
      return query.detailed === true ? readDetailedInstance(env, instance) : readInstance(env, instance);
    },
  }),
  ...crud('/v2/facts/{p}/{e}/resource_instances', {
    id: 'instance_id',
    read: readInstance,
    create: [instanceCreate, createInstance],
    update: [instanceUpdate, (env, ident, { attributes }) => updateInstance(env, ident, attributes)],
    remove: deleteInstance,
  }),
];
