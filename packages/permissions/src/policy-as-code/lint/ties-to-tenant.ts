import { refOf, treeOf, type ConditionTest, type ConditionTree } from '../conditions/condition-tree.ts';

/**
 * Whether a condition can hold only for users with a role in the tenant of the check. Permit.io evaluates conditions for
 * every tenant: without such a tie, a set grants permissions in tenants to which its members do not belong. Two tests tie
 * a condition to the tenant, because Permit generates their values for members only: a role in `user.roles`, and any
 * attribute of `tenant.*`. A test of `user.tenants` is no tie: it does not depend on the tenant of the check.
 */
export function tiesToTenant(condition: unknown): boolean {
  return ties(treeOf(condition));
}

function ties(tree: ConditionTree): boolean {
  if (tree.kind === 'test') return testTies(tree.test);
  if (tree.kind === 'all') return tree.parts.some(ties);
  if (tree.kind === 'any') return tree.parts.every(ties);
  // A negation is no tie. A condition that never holds grants nothing, so it counts as tied.
  return tree.kind === 'never';
}

/**
 * The operators that need a role in `user.roles`. `array_subset` is not among them: the empty list of a user without roles
 * is a subset of every list.
 */
const roleOperators = new Set(['array_contains', 'array_superset', 'array_intersect']);

function testTies({ path, operator, value }: ConditionTest): boolean {
  if (path.startsWith('tenant.') || refOf(value)?.startsWith('tenant.') === true) return true;
  return (
    path === 'user.roles' && roleOperators.has(operator) && !(Array.isArray(value) && value.length === 0)
  );
}
