import type { Policy, RuleDefinition } from '../core/policy.ts';
import type { ListFacts, HeldInTenant } from './list-facts.ts';
import {
  ListNotPlannableError,
  maxListKeys,
  type ListAlternative,
  type ListPlan,
  type ListQuestion,
} from './list-plan.ts';
import { alternativesByRole } from './alternatives-by-role.ts';
import { isEmptyCondition, type Attributes, type JsonObject } from '@latchkey/permit-engine';
import { inAll, inAny, type Rows } from './row-condition.ts';
import { rowsWhere, type KnownAttributes } from './rows-where.ts';
import { toJson } from '../facts/facts.ts';

/**
 * Plans a list from tenant roles, roles on instances, and rules with attribute conditions, with Permit's semantics.
 * @throws {ListNotPlannableError}
 */
export async function planList<Relation extends string>(
  policy: Policy,
  question: ListQuestion<string, Relation>,
  facts: ListFacts,
): Promise<ListPlan<Relation>> {
  const { permission, tenant, relations } = question;
  assertRelations(policy, permission, relations);
  const inTenant = await facts.inTenant();
  if (inTenant.permissions.includes(permission)) return { kind: 'all', permission, tenant };
  const rows = await rowsByRules(policy, { question, inTenant }, facts);
  if (rows === true) return { kind: 'all', permission, tenant };
  const byRole = await alternativesByRole(policy, question, facts);
  const [first, ...more] = rows === false ? byRole : [...byRole, { by: 'condition', where: rows } as const];
  if (first === undefined) return { kind: 'none', permission, tenant };
  assertSize(permission, [first, ...more]);
  return { kind: 'some', permission, tenant, any: [first, ...more] };
}

function assertRelations(policy: Policy, permission: string, relations: readonly string[]): void {
  const [resource = ''] = permission.split(':');
  const known = policy.resources[resource]?.relations ?? {};
  const unknown = relations.find((relation) => !Object.hasOwn(known, relation));
  if (unknown !== undefined)
    throw new ListNotPlannableError('unknown_relation', `There is no relation "${unknown}" of ${resource}.`);
}

function assertSize(permission: string, alternatives: readonly ListAlternative[]): void {
  const keys = alternatives.reduce((sum, one) => sum + (one.by === 'condition' ? 0 : one.keys.length), 0);
  if (keys <= maxListKeys) return;
  throw new ListNotPlannableError(
    'too_many_keys',
    `${permission} is granted by roles on ${keys} instances, and a plan has ${maxListKeys} keys at most: ` +
      'name the relations that the table has as columns, or grant the permission in the tenant.',
  );
}

interface Asked {
  readonly question: ListQuestion;
  readonly inTenant: HeldInTenant;
}

/** The rows on which the policy's rules grant the user the permission. */
async function rowsByRules(policy: Policy, { question, inTenant }: Asked, facts: ListFacts): Promise<Rows> {
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
