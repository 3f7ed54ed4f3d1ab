import { refOf, treeOf, type ConditionTest, type ConditionTree } from '../conditions/condition-tree.ts';

/**
 * Whether a condition can only hold for somebody who has a role in the tenant that is checked. Permit.io evaluates
 * conditions whatever the tenant, so a set that this is false of reaches into tenants that its members have nothing to
 * do with. Ties are what Permit generates for members alone: a role of theirs in `user.roles`, and `tenant.*`, which is
 * there for members only. That `user.tenants` contains a certain tenant ties nobody to the one that is checked.
 */
export function tiesToTenant(condition: unknown): boolean {
  return ties(treeOf(condition));
}

function ties(tree: ConditionTree): boolean {
  if (tree.kind === 'test') return testTies(tree.test);
  if (tree.kind === 'all') return tree.parts.some(ties);
  if (tree.kind === 'any') return tree.parts.every(ties);
  // Not to be somebody is no tie. What never holds ties everybody it holds for.
  return tree.kind === 'never';
}

/** An empty list is a subset of every list, and nobody's roles are an empty list. */
const needAMember = new Set(['array_contains', 'array_superset', 'array_intersect']);

function testTies({ path, operator, value }: ConditionTest): boolean {
  if (path.startsWith('tenant.') || refOf(value)?.startsWith('tenant.') === true) return true;
  return path === 'user.roles' && needAMember.has(operator) && !(Array.isArray(value) && value.length === 0);
}
