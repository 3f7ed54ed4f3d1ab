import type { ApprovalRule, AppPermission } from '@latchkey/policy';
import type { TargetColumns } from './target.ts';

/** The approval rules by role. Default: those of `@latchkey/policy`. */
export type ApprovalRules = Readonly<Record<string, ApprovalRule>>;

export interface Rule {
  readonly decidedWith: AppPermission;
  /** Seconds; null: it may have no end. */
  readonly longest: number | null;
  readonly approvals: 1 | 2;
}

const day = 86_400;

/** The rule for a target. A role on a report or a collection has the defaults: its owners decide too. */
export function ruleOf(
  rules: ApprovalRules,
  { role, instance }: Pick<TargetColumns, 'role' | 'instance'>,
): Rule {
  const {
    decidedWith = 'requests:decide',
    longestDays,
    approvals = 1,
  } = (instance === null ? rules[role] : undefined) ?? {};
  return { decidedWith, longest: longestDays === undefined ? null : longestDays * day, approvals };
}

/** The permissions with which requests for tenant roles are decided, besides `requests:decide`. */
export function otherDecidingPermissions(rules: ApprovalRules): AppPermission[] {
  const named = Object.values(rules).flatMap(({ decidedWith }) => decidedWith ?? []);
  return [...new Set(named)].filter((permission) => permission !== 'requests:decide');
}
