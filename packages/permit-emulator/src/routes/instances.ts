import { findInstance } from '../domain/find.ts';
import {
  createInstance,
  readDetailedInstance,
  readInstance,
  selectInstances,
  updateInstance,
} from '../domain/instances.ts';
import { paginate } from '../domain/paging.ts';
import { deleteInstance } from '../domain/removal.ts';
import { crud } from '../http/crud.ts';
import { inEnvironment } from '../http/route.ts';
import { instanceCreate, instanceGetQuery, instanceListQuery, instanceUpdate } from '../schemas/facts.ts';

const path = '/v2/facts/{p}/{e}/resource_instances';

export const instanceRoutes = [
  inEnvironment(`GET ${path}/detailed`, {
    query: instanceListQuery,
    run: (env, { query }) =>
      paginate(selectInstances(env, query), query, (found) => readDetailedInstance(env, found)),
  }),
  inEnvironment(`GET ${path}/{instance_id}`, {
    query: instanceGetQuery,
    run(env, { params, query }) {
      const read = query.detailed === true ? readDetailedInstance : readInstance;
      return read(env, findInstance(env, params.instance_id));
    },
  }),
  ...crud(path, {
    id: 'instance_id',
    read: (env, found, query) =>
      query?.detailed === true ? readDetailedInstance(env, found) : readInstance(env, found),
    list: [instanceListQuery, selectInstances],
    create: [instanceCreate, createInstance],
    update: [instanceUpdate, (env, ident, { attributes }) => updateInstance(env, ident, attributes)],
    remove: deleteInstance,
  }),
];
