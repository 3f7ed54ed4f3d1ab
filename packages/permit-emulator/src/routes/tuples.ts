import { listResponse, paginate } from '../domain/paging.ts';
import {
  createTuple,
  createTuples,
  deleteTuple,
  deleteTuples,
  readDetailedTuple,
  readTuple,
  selectTuples,
} from '../domain/tuples.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import { bulk, tupleCreate, tupleDelete, tupleListQuery } from '../schemas/facts.ts';

export const tupleRoutes = [
  inEnvironment('GET /v2/facts/{p}/{e}/relationship_tuples', {
    query: tupleListQuery,
    run(env, { query }) {
      const read = query.detailed === true ? readDetailedTuple : readTuple;
      const page = paginate(selectTuples(env, query), query, (tuple) => read(env, tuple));
      return listResponse(page, query.include_total_count);
    },
  }),
  inEnvironment('GET /v2/facts/{p}/{e}/relationship_tuples/detailed', {
    query: tupleListQuery,
    run: (env, { query }) =>
      paginate(selectTuples(env, query), query, (tuple) => readDetailedTuple(env, tuple)),
  }),
  inEnvironment('POST /v2/facts/{p}/{e}/relationship_tuples', {
    body: tupleCreate,
    run: (env, { body }) => readTuple(env, createTuple(env, body)),
  }),
  inEnvironment('DELETE /v2/facts/{p}/{e}/relationship_tuples', {
    body: tupleDelete,
    run(env, { body }) {
      deleteTuple(env, body);
      return noContent;
    },
  }),
  inEnvironment('POST /v2/facts/{p}/{e}/relationship_tuples/bulk', {
    body: bulk.tuples,
    run(env, { body }) {
      createTuples(env, body.operations);
      return {};
    },
  }),
  inEnvironment('DELETE /v2/facts/{p}/{e}/relationship_tuples/bulk', {
    body: bulk.tupleIdents,
    run(env, { body }) {
      deleteTuples(env, body.idents);
      return {};
    },
  }),
];
