export { approvalRules, type ApprovalRule } from './approval-rules.ts';
export { policy, type AppPermission, type AppRole } from './policy.ts';
export { isAboutInstallation } from './installation.ts';
