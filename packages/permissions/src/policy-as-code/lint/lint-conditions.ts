import type { AttributeTable, Condition, Policy } from '../../core/policy.ts';
import { pathsOf, problemsIn, type Paths } from '../conditions/check-condition.ts';
import {
  refOf,
  testsIn,
  treeOf,
  type ConditionTest,
  type ConditionTree,
} from '../conditions/condition-tree.ts';
import { finding, type Finding } from './finding.ts';

export function findingsInConditions(policy: Policy): Finding[] {
  const { userAttributes, resources, roles, userSets = {}, resourceSets = {} } = policy;
  const user = mapOf(userAttributes);
  // During a move, users have the old role or the new one.
  const known = new Set(Object.entries(roles).flatMap(([key, { renamedFrom = key }]) => [key, renamedFrom]));
  const findingsInCondition = (place: string, where: Condition, paths: Paths) => [
    ...attributesIn(place, where, paths),
    ...rolesIn(where)
      .filter((role) => !known.has(role))
      .map((role) =>
        finding('unknown-role', place, {
          why: `The table has no tenant role "${role}", so this test of "user.roles" can only hold for another table's role.`,
          fix: 'Name a role of the table. After a rename, name the new role.',
        }),
      ),
  ];
  return [
    ...Object.entries(userSets).flatMap(([key, { where }]) => [
      ...findingsInCondition(`userSets.${key}`, where, pathsOf(user)),
      ...tenantCrossings(policy, key, where),
    ]),
    ...Object.entries(resourceSets).flatMap(([key, { where, resource }]) =>
      findingsInCondition(
        `resourceSets.${key}`,
        where,
        pathsOf(user, mapOf(resources[resource]?.attributes)),
      ),
    ),
  ];
}

/** The roles that a condition tests by name. */
export function rolesIn(where: Condition): string[] {
  return testsIn(where).flatMap(({ path, value }) =>
    path === 'user.roles' ? [value].flat().filter((role) => typeof role === 'string') : [],
  );
}

function attributesIn(place: string, where: Condition, paths: Paths): Finding[] {
  const used = testsIn(where).flatMap(({ path, value }) => [path, refOf(value) ?? '']);
  const context = [...new Set(used.filter((path) => path.startsWith('context.')))];
  return [
    ...problemsIn(where, paths).map(({ code, why }) =>
      finding(code, place, {
        why,
        fix: 'Declare the attribute, or use an operator and a value of its type.',
      }),
    ),
    ...context.map((path) =>
      finding('client-attribute', place, {
        why: `"${path}" is part of the check: the code that fills the context decides who gets the permission.`,
        fix: 'Fill it on the server, from values that the client cannot choose, or use an attribute that Permit stores.',
      }),
    ),
  ];
}

/** A user set without a limit to the tenant, if a rule connects it with a resource set without one. */
function tenantCrossings(
  { rules = [], resourceSets = {} }: Policy,
  key: string,
  where: Condition,
): Finding[] {
  if (tiesToTenant(where)) return [];
  const crossingRules = rules.filter(({ userSet, resourceSet = '' }) => {
    const set = resourceSets[resourceSet];
    return userSet === key && (set === undefined || !tiesToTenant(set.where));
  });
  if (crossingRules.length === 0) return [];
  const permissions = [...new Set(crossingRules.flatMap((rule) => rule.permissions))].join(', ');
  return [
    finding('abac-crosses-tenants', `userSets.${key}`, {
      why: `Permit evaluates conditions for every tenant: members of this set have ${permissions} in tenants that they do not belong to.`,
      fix: 'Set `anyRole: true` on the set: it then has only users with a role in the tenant. For some roles only, add a test of `user.roles` to every branch.',
    }),
  ];
}

function mapOf(table: AttributeTable = {}): ReadonlyMap<string, string> {
  return new Map(Object.entries(table));
}

/**
 * Whether a condition can hold only for users with a role in the tenant. Permit.io evaluates conditions in every
 * tenant, so an unlimited set grants permissions where its members do not belong. Only a role in `user.roles` and any
 * attribute of `tenant.*` are a limit, because Permit generates their values for members. `user.tenants` is independent
 * of the check's tenant.
 */
function tiesToTenant(condition: unknown): boolean {
  return ties(treeOf(condition));
}

function ties(tree: ConditionTree): boolean {
  if (tree.kind === 'test') return testTies(tree.test);
  if (tree.kind === 'all') return tree.parts.some(ties);
  if (tree.kind === 'any') return tree.parts.every(ties);
  // A negation is no limit. A condition that never holds counts as limited, because it grants nothing.
  return tree.kind === 'never';
}

/**
 * Require a role in `user.roles`. Not `array_subset`: the empty list of a user without roles is a subset of every list.
 */
const roleOperators = new Set(['array_contains', 'array_superset', 'array_intersect']);

function testTies({ path, operator, value }: ConditionTest): boolean {
  if (path.startsWith('tenant.') || refOf(value)?.startsWith('tenant.') === true) return true;
  return (
    path === 'user.roles' && roleOperators.has(operator) && !(Array.isArray(value) && value.length === 0)
  );
}
