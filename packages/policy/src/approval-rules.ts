import type { AppPermission, AppRole } from './policy.ts';

/** How requests for a tenant role are approved. Requests for reports and collections are approved by their owners. */
export interface ApprovalRule {
  /**
   * The permission that approvers need; give them `requests:view` as well. With a dedicated permission, any role or
   * user set of the policy can be the group of approvers. Default: `requests:decide`.
   */
  readonly decidedWith?: AppPermission;
  /** The longest duration that can be requested, in days. Default: unlimited. */
  readonly maxDays?: number;
  /** The number of users who must approve. Default: 1. */
  readonly approvals?: 1 | 2;
}

/** The rule of each role. A new role without a rule is a compile-time error; `{}` means the defaults. */
export const approvalRules: Readonly<Record<AppRole, ApprovalRule>> = {
  viewer: {},
  editor: {},
  // Limited, because administrators can change other users' access.
  admin: { maxDays: 90 },
};
