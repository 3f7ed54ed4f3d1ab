import { assertPolicy } from './assert-policy.ts';
import type { CheckedPolicy } from './policy-checks.ts';
import type { Policy } from './policy.ts';

/**
 * Defines the policy table: gates, UI, tests and Permit.io's configuration are derived from it. Names are kept as
 * literal types. A permission, role, relation, attribute or resource that does not exist fails to compile wherever it is
 * used, in this table too, with a sentence that names it.
 *
 * The types cannot check everything. At run time, `assertPolicy` checks that keys follow Permit.io's pattern, that no key
 * is shared by a user set and a resource set, and that roles do not inherit in a cycle.
 * @returns the table that was passed, unchanged.
 * @throws {TypeError} naming the key or the cycle.
 */
export function definePolicy<const P extends object>(policy: CheckedPolicy<P>): P;
export function definePolicy(policy: object): object {
  assertPolicy(policy as Policy); // oxlint-disable-line typescript/no-unsafe-type-assertion -- what compiles has this shape
  return policy;
}
