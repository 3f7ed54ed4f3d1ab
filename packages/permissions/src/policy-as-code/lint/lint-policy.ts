import type { Policy } from '../../core/policy.ts';
import type { Finding } from './finding.ts';
import { findingsInConditions } from './lint-conditions.ts';
import { findingsInGates, type Gates } from './lint-gates.ts';
import { findingsInGrants } from './lint-grants.ts';
import { findingsInKeys } from './lint-keys.ts';
import { findingsInRules } from './lint-rules.ts';

/**
 * Finds problems in a policy that compiles. Errors come first.
 * @param gates - The result of `gatesOf(router)`. Without it, permissions without a gate are not reported.
 */
export function lintPolicy(policy: Policy, gates?: Gates): Finding[] {
  const findings = [
    ...findingsInKeys(policy),
    ...findingsInConditions(policy),
    ...findingsInRules(policy),
    ...findingsInGrants(policy),
    ...(gates === undefined ? [] : findingsInGates(policy, gates)),
  ];
  return findings.toSorted((one, other) => rank[one.level] - rank[other.level]);
}

const rank = { error: 0, warning: 1 } as const;
