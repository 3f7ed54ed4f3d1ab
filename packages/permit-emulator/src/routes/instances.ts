import { findInstance } from '../domain/find.ts';
import {
  createInstance,
  readDetailedInstance,
  readInstance,
  selectInstances,
  updateInstance,
} from '../domain/instances.ts';
import { removeInstance } from '../domain/removal.ts';
import {
  createTuple,
  createTuples,
  deleteTuple,
  deleteTuples,
  readDetailedTuple,
  readTuple,
  selectTuples,
} from '../domain/tuples.ts';
import { crud } from '../http/crud.ts';
import { inEnvironment } from '../http/route.ts';
import {
  instanceCreate,
  instanceGetQuery,
  instanceListQuery,
  instanceUpdate,
  bulk,
  tupleCreate,
  tupleDelete,
  tupleListQuery,
} from '../schemas/facts.ts';

const instances = '/v2/facts/{p}/{e}/resource_instances';
const tuples = '/v2/facts/{p}/{e}/relationship_tuples';

export const instanceRoutes = [
  ...crud(instances, {
    id: 'instance_id',
    read: readInstance,
    readDetailed: readDetailedInstance,
    list: [instanceListQuery, selectInstances],
    create: [instanceCreate, createInstance],
    find: findInstance,
    findQuery: instanceGetQuery,
    update: [instanceUpdate, updateInstance],
    remove: removeInstance,
  }),
  ...crud(tuples, {
    read: readTuple,
    readDetailed: readDetailedTuple,
    list: [tupleListQuery, selectTuples],
    create: [tupleCreate, createTuple],
    unlink: [tupleDelete, deleteTuple],
  }),
  inEnvironment(`POST ${tuples}/bulk`, {
    body: bulk.tuples,
    run(env, { body }) {
      createTuples(env, body.operations);
      return {};
    },
  }),
  inEnvironment(`DELETE ${tuples}/bulk`, {
    body: bulk.tupleIdents,
    run(env, { body }) {
      deleteTuples(env, body.idents);
      return {};
    },
  }),
];
