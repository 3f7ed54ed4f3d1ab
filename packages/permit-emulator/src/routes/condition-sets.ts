import {
  ancestorsOf,
  createConditionSet,
  createSetRule,
  deleteConditionSet,
  deleteSetRule,
  descendantsOf,
  readConditionSet,
  readSetRule,
  selectSetRules,
  updateConditionSet,
} from '../domain/condition-sets.ts';
import { findConditionSet } from '../domain/find.ts';
import { listResponse, filter, paginate, searching } from '../domain/paging.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import { pagingQuery } from '../schemas/common.ts';
import {
  conditionSetCreate,
  conditionSetListQuery,
  conditionSetUpdate,
  setRule,
  setRuleListQuery,
} from '../schemas/condition-sets.ts';

export const conditionSetRoutes = [
  inEnvironment('GET /v2/schema/{p}/{e}/condition_sets', {
    query: conditionSetListQuery,
    run(env, { query }) {
      const matches = searching(query.search);
      const found = filter(
        env.conditionSets.values(),
        ({ key, name, type }) => matches(key, name) && (query.type === undefined || type === query.type),
      );
      return listResponse(
        paginate(found, query, (set) => readConditionSet(env, set)),
        query.include_total_count,
      );
    },
  }),
  inEnvironment('POST /v2/schema/{p}/{e}/condition_sets', {
    body: conditionSetCreate,
    run: (env, { body }) => readConditionSet(env, createConditionSet(env, body)),
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/condition_sets/{condition_set_id}', {
    run: (env, { params }) => readConditionSet(env, findConditionSet(env, params.condition_set_id)),
  }),
  inEnvironment('PATCH /v2/schema/{p}/{e}/condition_sets/{condition_set_id}', {
    body: conditionSetUpdate,
    run: (env, { params, body }) =>
      readConditionSet(env, updateConditionSet(env, params.condition_set_id, body)),
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/condition_sets/{condition_set_id}', {
    run(env, { params }) {
      deleteConditionSet(env, params.condition_set_id);
      return noContent;
    },
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/condition_sets/{condition_set_id}/ancestors', {
    query: pagingQuery,
    run(env, { params, query }) {
      const found = ancestorsOf(env, findConditionSet(env, params.condition_set_id));
      return paginate(found, query, (set) => readConditionSet(env, set)).data;
    },
  }),
  inEnvironment('GET /v2/schema/{p}/{e}/condition_sets/{condition_set_id}/descendants', {
    query: pagingQuery,
    run(env, { params, query }) {
      const found = descendantsOf(env, findConditionSet(env, params.condition_set_id));
      return paginate(found, query, (set) => readConditionSet(env, set)).data;
    },
  }),
  inEnvironment('GET /v2/facts/{p}/{e}/set_rules', {
    query: setRuleListQuery,
    run: (env, { query }) =>
      paginate(selectSetRules(env, query), query, (rule) => readSetRule(env, rule)).data,
  }),
  inEnvironment('POST /v2/facts/{p}/{e}/set_rules', {
    body: setRule,
    run: (env, { body }) => createSetRule(env, body).map((rule) => readSetRule(env, rule)),
  }),
  inEnvironment('DELETE /v2/facts/{p}/{e}/set_rules', {
    body: setRule,
    run(env, { body }) {
      deleteSetRule(env, body);
      return noContent;
    },
  }),
];
