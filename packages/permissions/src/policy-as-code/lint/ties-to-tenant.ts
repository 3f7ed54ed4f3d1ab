import { refOf, treeOf, type ConditionTest, type ConditionTree } from '../conditions/condition-tree.ts';

/**
 * Whether a condition can hold only for users with a role in the tenant of the check. Permit.io evaluates conditions in
 * every tenant, so an unlimited set grants permissions in tenants to which its members do not belong. Two comparisons
 * limit a condition to the tenant, because Permit generates their values for members only: a role in `user.roles`, and
 * any attribute of `tenant.*`. A comparison of `user.tenants` does not: it is independent of the tenant of the check.
 */
export function tiesToTenant(condition: unknown): boolean {
  return ties(treeOf(condition));
}

function ties(tree: ConditionTree): boolean {
  if (tree.kind === 'test') return testTies(tree.test);
  if (tree.kind === 'all') return tree.parts.some(ties);
  if (tree.kind === 'any') return tree.parts.every(ties);
  // A negation does not limit it. A condition that never holds grants nothing, so it counts as limited.
  return tree.kind === 'never';
}

/**
 * The operators that require a role in `user.roles`. Excludes `array_subset`: the empty list of a user without roles is
 * a subset of every list.
 */
const roleOperators = new Set(['array_contains', 'array_superset', 'array_intersect']);

function testTies({ path, operator, value }: ConditionTest): boolean {
  if (path.startsWith('tenant.') || refOf(value)?.startsWith('tenant.') === true) return true;
  return (
    path === 'user.roles' && roleOperators.has(operator) && !(Array.isArray(value) && value.length === 0)
  );
}
