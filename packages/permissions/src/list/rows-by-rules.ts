import { isEmptyCondition, type Attributes, type JsonObject } from '@latchkey/permit-engine';
import type { Policy, RuleDefinition } from '../core/policy.ts';
import type { HeldInTenant, ListFacts } from './list-facts.ts';
import { ListNotPlannableError } from './list-not-plannable-error.ts';
import type { ListQuestion } from './list-plan.ts';
import { inAll, inAny, type Rows } from './row-condition.ts';
import { rowsWhere, type KnownAttributes } from './rows-where.ts';
import { toJson } from '../facts/facts.ts';

interface Asked {
  readonly question: ListQuestion;
  readonly inTenant: HeldInTenant;
}

/** The rows on which the policy's rules grant the user the permission. */
export async function rowsByRules(
  policy: Policy,
  { question, inTenant }: Asked,
  facts: ListFacts,
): Promise<Rows> {
  const [resource = ''] = question.permission.split(':');
  const rules = (policy.rules ?? []).filter(
    (rule) =>
      rule.permissions.includes(question.permission) &&
      isAbout(policy, rule, resource) &&
      (rule.userSet !== undefined || inTenant.roles.includes(rule.role ?? '')),
  );
  if (rules.length === 0) return false;
  const columns = policy.resources[resource]?.attributes ?? {};
  if (Object.hasOwn(columns, 'type')) {
    throw new ListNotPlannableError(
      'unsupported_condition',
      `${resource} has an attribute "type": it replaces the "resource.type" that every rule compares.`,
    );
  }
  const attributes = attributesOf(await facts.userAttributes(), {
    tenant: inTenant.attributes,
    context: toJson(question.context ?? {}),
    resource: { type: resource },
  });
  const known = { attributes, columns };
  return inAny(
    rules.map(({ userSet, resourceSet }) =>
      inAll([
        userSet === undefined || rowsWhere(conditionsOf(policy.userSets, userSet), known),
        resourceSet === undefined || rowsIn(conditionsOf(policy.resourceSets, resourceSet), known),
      ]),
    ),
  );
}

/** A resource set without conditions contains all rows; a user set without conditions contains no user. */
function rowsIn(where: JsonObject, known: KnownAttributes): Rows {
  return isEmptyCondition(where) || rowsWhere(where, known);
}

function conditionsOf(sets: Policy['userSets'] | Policy['resourceSets'], key: string): JsonObject {
  const set = sets?.[key];
  if (set === undefined)
    throw new ListNotPlannableError(
      'unsupported_condition',
      `A rule names the set "${key}", which the policy does not have.`,
    );
  return toJson(set.where);
}

function isAbout(policy: Policy, { resourceSet, resource }: RuleDefinition, asked: string): boolean {
  return (resourceSet === undefined ? resource : policy.resourceSets?.[resourceSet]?.resource) === asked;
}

/** Conditions see the generated `roles` and `tenants` as sets. */
function attributesOf(user: JsonObject, others: Omit<Attributes, 'user'>): Attributes {
  return { ...others, user: { ...user, roles: setOf(user['roles']), tenants: setOf(user['tenants']) } };
}

function setOf(list: JsonObject[string] | undefined): ReadonlySet<string> {
  return new Set(Array.isArray(list) ? list.filter((item) => typeof item === 'string') : []);
}
