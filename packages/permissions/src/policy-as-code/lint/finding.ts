/** What kinds of findings there are, and how grave each is. Tests and suppressions go by the code, wording may change. */
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

export type FindingCode = keyof typeof levels;

export interface Finding {
  readonly code: FindingCode;
  /** Errors grant what nobody meant to grant, or grant nothing; warnings are worth a look. */
  readonly level: 'error' | 'warning';
  /** Where in the table: `userSets.cleared`. */
  readonly place: string;
  readonly why: string;
  readonly fix: string;
}

export function finding(code: FindingCode, place: string, says: Pick<Finding, 'why' | 'fix'>): Finding {
  return { code, level: levels[code], place, ...says };
}
