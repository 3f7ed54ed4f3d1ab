/** The level of each finding. Codes are stable: tests and suppressions use them. The wording may change. */
const levels = {
  'abac-crosses-tenants': 'error',
  'client-attribute': 'warning',
  'unknown-attribute': 'error',
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
} as const;

/** The code of a finding. The guide "Policy as code" explains each. */
export type FindingCode = keyof typeof levels;

/** Something in a policy that compiles, but is most likely not intended. */
export interface Finding {
  /** Stable, for programs. */
  readonly code: FindingCode;
  /** An error grants something unintended, or grants nothing. A warning should be reviewed. */
  readonly level: 'error' | 'warning';
  /** The place in the policy: `userSets.cleared`. */
  readonly place: string;
  /** What is wrong, one sentence. */
  readonly why: string;
  /** How to correct it, one sentence. */
  readonly fix: string;
}

/** A finding with the level of its code. */
export function finding(code: FindingCode, place: string, texts: Pick<Finding, 'why' | 'fix'>): Finding {
  return { code, level: levels[code], place, ...texts };
}
