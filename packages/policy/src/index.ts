export { approvalRules, type ApprovalRule } from './approval-rules.ts';
export { policy, type AppPermission, type AppRole, isAboutInstallation } from './policy.ts';
