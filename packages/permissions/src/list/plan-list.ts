import { type Attributes, isEmptyCondition, type JsonObject } from '@latchkey/permit-engine';
import type { Policy, ResourceRoleDefinition, RuleDefinition } from '../core/policy.ts';
import { toJson } from '../facts/facts.ts';
import {
  type ListAlternative,
  ListNotPlannableError,
  type ListPlan,
  type ListQuestion,
  maxListKeys,
} from './list-plan.ts';
import { inAll, inAny, type Rows } from './row-condition.ts';
import { rowsWhere, type KnownAttributes } from './rows-where.ts';

/** What a plan needs about a user in a tenant. Each is read only when needed. */
export interface ListFacts {
  inTenant(): Promise<HeldInTenant>;
  /** The user's roles, including derived ones, on the resource's instances in the tenant. */
  heldOn(
    resource: string,
  ): Promise<readonly { key: string; roles: readonly string[]; permissions: readonly string[] }[]>;
  /** Directly assigned roles. */
  assignedOn(resource: string): Promise<readonly { key: string; role: string }[]>;
  /** As conditions see them, with the generated `roles` and `tenants`. */
  userAttributes(): Promise<JsonObject>;
}

interface HeldInTenant {
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  /** Empty for a user who is not a member. */
  readonly attributes: JsonObject;
}

/** @throws {ListNotPlannableError} */
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
  const attributes = attributesOf(
    { ...(await facts.userAttributes()), ...toJson(question.userAttributes ?? {}) },
    {
      tenant: inTenant.attributes,
      context: toJson(question.context ?? {}),
      resource: { type: resource },
    },
  );
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

/** The generated `roles` and `tenants` are sets. */
function attributesOf(user: JsonObject, others: Omit<Attributes, 'user'>): Attributes {
  return { ...others, user: { ...user, roles: setOf(user['roles']), tenants: setOf(user['tenants']) } };
}

function setOf(list: JsonObject[string] | undefined): ReadonlySet<string> {
  return new Set(Array.isArray(list) ? list.filter((item) => typeof item === 'string') : []);
}

/**
 * If roles derive over relations with a column, the plan compares the column: one folder's key replaces those of its
 * thousand documents. Otherwise it lists the rows by key.
 */
async function alternativesByRole<Relation extends string>(
  policy: Policy,
  { permission, relations }: ListQuestion<string, Relation>,
  facts: ListFacts,
): Promise<ListAlternative<Relation>[]> {
  const [resource = '', action = ''] = permission.split(':');
  const granting = Object.entries(policy.resources[resource]?.roles ?? {}).filter(([, { permissions }]) =>
    permissions.includes(action),
  );
  if (granting.length === 0) return [];
  const links = linksOf(
    granting.map(([, role]) => role),
    relations,
  );
  if (links === undefined || links.length === 0) {
    const held = await facts.heldOn(resource);
    return byId(held.filter(({ permissions }) => permissions.includes(permission)));
  }
  const roles = new Set(granting.map(([role]) => role));
  const assigned = await facts.assignedOn(resource);
  const linked = await byRelation(links, facts);
  return [...byId(assigned.filter(({ role }) => roles.has(role))), ...linked];
}

interface Link<Relation extends string> {
  readonly relation: Relation;
  readonly on: string;
  readonly role: string;
}

/**
 * `undefined` if a relation has no column, or if a direct role on the row can disable a derivation: such rows can only
 * be listed by key.
 */
function linksOf<Relation extends string>(
  roles: readonly ResourceRoleDefinition[],
  relations: readonly Relation[],
): readonly Link<Relation>[] | undefined {
  const links: Link<Relation>[] = [];
  for (const { derivedFrom = [], onlyWithoutDirectRole = false } of roles) {
    if (derivedFrom.length > 0 && onlyWithoutDirectRole) return undefined;
    for (const { via, on, role } of derivedFrom) {
      const relation = relations.find((one) => one === via);
      if (relation === undefined) return undefined;
      links.push({ relation, on, role });
    }
  }
  return links;
}

async function byRelation<Relation extends string>(
  links: readonly Link<Relation>[],
  facts: ListFacts,
): Promise<ListAlternative<Relation>[]> {
  const resources = [...new Set(links.map(({ on }) => on))];
  const held = new Map(await Promise.all(resources.map(async (on) => [on, await facts.heldOn(on)] as const)));
  const relations = [...new Set(links.map(({ relation }) => relation))];
  return relations.flatMap((relation) => {
    const keys = links
      .filter((link) => link.relation === relation)
      .flatMap(({ on, role }) => (held.get(on) ?? []).filter(({ roles }) => roles.includes(role)))
      .map(({ key }) => key);
    return keys.length === 0 ? [] : [{ by: 'relation' as const, relation, keys: sorted(keys) }];
  });
}

function byId(instances: readonly { readonly key: string }[]): ListAlternative<never>[] {
  if (instances.length === 0) return [];
  return [{ by: 'id', keys: sorted(instances.map(({ key }) => key)) }];
}

function sorted(keys: readonly string[]): string[] {
  return [...new Set(keys)].toSorted();
}
