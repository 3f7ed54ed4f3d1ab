export { assertPolicy } from '../assert-policy.ts';
export {
  createPermitCaller,
  PermitApiError,
  type PermitManagementOptions,
} from '../permit/permit-management.ts';
export { readEnvironment } from './read-environment.ts';
export { planPolicy } from './plan-policy.ts';
export { changesIn, type PolicyPlan, type PolicyStep } from './policy-step.ts';
export { applyPolicy, type PolicyChange } from './apply-policy.ts';
export { applyPlan, DestructivePlanError, type AppliedPlan, type ApplyProgress } from './apply-plan.ts';
export { NothingToPullError, pullPolicy, type PulledPolicy } from './pull-policy.ts';
export { printPolicy } from './print-policy.ts';
export { lintPolicy } from './lint-policy.ts';
export type { Finding, FindingCode } from './finding.ts';
export type { Gates } from './lint-gates.ts';
export { policyMatrix, type PolicyMatrix } from './policy-matrix.ts';
