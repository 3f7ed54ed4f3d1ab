/** Codes are stable, so that tests and suppressions can rely on them; messages may change. */
const levels = {
  'abac-crosses-tenants': 'error',
  'client-attribute': 'warning',
  'unknown-attribute': 'error',
  'unknown-role': 'warning',
  'wrong-operator': 'error',
  'key-collision': 'error',
  'reserved-key': 'error',
  'rule-incomplete': 'error',
  'rule-mismatch': 'error',
  'unused-set': 'warning',
  'idle-role': 'warning',
  'unused-action': 'warning',
  'ungated-permission': 'warning',
  'unknown-permission': 'error',
  'uncovered-permissions': 'warning',
  'scope-changes-access': 'warning',
} as const;

/** The code of a finding, documented in the guide "Policy as code". */
export type FindingCode = keyof typeof levels;

/** A problem in a policy that compiles but is probably a mistake. */
export interface Finding {
  readonly code: FindingCode;
  /** `error`: grants something unintended, or a part grants nothing. `warning`: a person should review it. */
  readonly level: 'error' | 'warning';
  /** The location in the policy, for example `userSets.cleared`. */
  readonly place: string;
  readonly why: string;
  readonly fix: string;
}

export function finding(code: FindingCode, place: string, texts: Pick<Finding, 'why' | 'fix'>): Finding {
  return { code, level: levels[code], place, ...texts };
}
