import { findInstance } from '../domain/find.ts';
import {
  createInstance,
  readDetailedInstance,
  readInstance,
  selectInstances,
  updateInstance,
} from '../domain/instances.ts';
import { removeInstance } from '../domain/removal.ts';
import { createTuple, deleteTuple, readDetailedTuple, readTuple, selectTuples } from '../domain/tuples.ts';
import { crud } from '../http/crud.ts';
import {
  instanceCreate,
  instanceGetQuery,
  instanceListQuery,
  instanceUpdate,
  tupleCreate,
  tupleDelete,
  tupleListQuery,
} from '../schemas/facts.ts';

export const instanceRoutes = [
  ...crud('/v2/facts/{p}/{e}/resource_instances', {
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
  ...crud('/v2/facts/{p}/{e}/relationship_tuples', {
    read: readTuple,
    readDetailed: readDetailedTuple,
    list: [tupleListQuery, selectTuples],
    create: [tupleCreate, createTuple],
    unlink: [tupleDelete, deleteTuple],
  }),
];
