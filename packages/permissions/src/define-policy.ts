import { assertPolicy } from './assert-policy.ts';
import type { CheckedPolicy } from './policy-checks.ts';
import type { Policy } from './policy.ts';

/**
 * Defines the policy table, from which gates, the UI, tests and Permit.io's configuration are derived. Names are
 * inferred as literal types: a permission, role, relation, attribute or resource that does not exist is a type error
 * wherever it is used, including in this table, and the error message names it.
 *
 * Some rules cannot be expressed as types. At run time, `assertPolicy` checks that keys follow Permit.io's pattern,
 * that no user set and resource set share a key, and that role inheritance has no cycle.
 * @returns the table that was passed; the condition of a user set with `anyRole` also requires one of the table's
 * roles.
 * @throws {TypeError} naming the key or the cycle.
 */
export function definePolicy<const P extends object>(policy: CheckedPolicy<P>): P;
export function definePolicy(given: object): object {
  const policy = given as Policy; // oxlint-disable-line typescript/no-unsafe-type-assertion -- a policy that compiles has this shape
  assertPolicy(policy);
  const { userSets, roles } = policy;
  if (userSets === undefined) return policy;
  const anyRole = {
    anyOf: Object.keys(roles).map((role) => ({ 'user.roles': { array_contains: role } })),
  };
  const tied = Object.entries(userSets).map(([key, set]) => [
    key,
    set.anyRole === true ? { ...set, where: { allOf: [set.where, anyRole] } } : set,
  ]);
  return { ...policy, userSets: Object.fromEntries(tied) };
}
