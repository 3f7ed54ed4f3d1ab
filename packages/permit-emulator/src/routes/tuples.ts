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
import { bulk, tupleCreate, tupleDelete, tupleListQuery } from '../schemas/facts.ts';

const path = '/v2/facts/{p}/{e}/relationship_tuples';

export const tupleRoutes = [
  ...crud(path, {
    read: (env, tuple, query) =>
      query?.detailed === true ? readDetailedTuple(env, tuple) : readTuple(env, tuple),
    list: [tupleListQuery, selectTuples],
    create: [tupleCreate, createTuple],
    unlink: [tupleDelete, deleteTuple],
  }),
  inEnvironment(`POST ${path}/bulk`, {
    body: bulk.tuples,
    run(env, { body }) {
      createTuples(env, body.operations);
      return {};
    },
  }),
  inEnvironment(`DELETE ${path}/bulk`, {
    body: bulk.tupleIdents,
    run(env, { body }) {
      deleteTuples(env, body.idents);
      return {};
    },
  }),
];
