import type { Policy } from '../../policy.ts';
import type { Finding } from './finding.ts';
import { findingsInConditions } from './lint-conditions.ts';
import { findingsInGates, type Gates } from './lint-gates.ts';
import { findingsInGrants } from './lint-grants.ts';
import { findingsInKeys } from './lint-keys.ts';
import { findingsInRules } from './lint-rules.ts';

/**
 * What a table says that is right for the compiler and, most likely, not what was meant.
 * @param gates - What each procedure of the app needs, as `gatesOf(router)` tells it. Without, nobody can say which
 *   permissions nothing asks for.
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
