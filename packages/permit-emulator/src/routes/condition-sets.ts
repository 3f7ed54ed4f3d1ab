import {
  createConditionSet,
  createSetRule,
  deleteConditionSet,
  deleteSetRule,
  readConditionSet,
  readSetRule,
  selectSetRules,
  updateConditionSet,
} from '../domain/condition-sets.ts';
import { findConditionSet } from '../domain/find.ts';
import { filter, searchByName } from '../domain/paging.ts';
import { crud } from '../http/crud.ts';
import { inEnvironment } from '../http/route.ts';
import {
  conditionSetCreate,
  conditionSetListQuery,
  conditionSetUpdate,
  setRule,
  setRuleListQuery,
} from '../schemas/schema.ts';

export const conditionSetRoutes = [
  ...crud('/v2/schema/{p}/{e}/condition_sets', {
    id: 'condition_set_id',
    read: readConditionSet,
    list: [
      conditionSetListQuery,
      ({ conditionSets }, query) =>
        filter(
          searchByName(conditionSets.values(), query),
          ({ type }) => query.type === undefined || type === query.type,
        ),
    ],
    create: [conditionSetCreate, createConditionSet],
    find: findConditionSet,
    update: [conditionSetUpdate, updateConditionSet],
    remove: deleteConditionSet,
  }),
  ...crud('/v2/facts/{p}/{e}/set_rules', {
    read: readSetRule,
    list: [setRuleListQuery, selectSetRules],
    unlink: [setRule, deleteSetRule],
  }),
  inEnvironment('POST /v2/facts/{p}/{e}/set_rules', {
    body: setRule,
    run: (env, { body }) => createSetRule(env, body).map((rule) => readSetRule(env, rule)),
  }),
];
