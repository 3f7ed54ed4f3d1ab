export { assertPolicy } from '../core/define-policy.ts';
export {
  createPermitClient,
  type PermitClient,
  type PermitClientOptions,
  type PermitManagementOptions,
} from '../permit/client/permit-client.ts';
export { PermitApiError } from '../core/errors.ts';
export { cautiousLimits, noLimits, type Limits } from '../permit/client/token-bucket.ts';
export { readEnvironment } from './environment/read-environment.ts';
export { planPolicy } from './plan/plan-policy.ts';
export { countDependents, type Dependents } from './plan/dependents.ts';
export type { PlanOptions } from './plan/plan-options.ts';
export {
  assertFresh,
  parseSavedPlan,
  savedPlanOf,
  StalePlanError,
  type SavedPlan,
  type SavedStep,
} from './plan/saved-plan.ts';
export { changesIn, type PolicyPlan, type PolicyStep } from './plan/policy-step.ts';
export {
  applyPolicy,
  type PolicyChange,
  applyPlan,
  DestructivePlanError,
  type AppliedPlan,
  type ApplyProgress,
} from './apply/apply-plan.ts';
export { NothingToPullError, pullPolicy, type PulledPolicy, printPolicy } from './pull/pull-policy.ts';
export { lintPolicy } from './lint/lint-policy.ts';
export type { Finding, FindingCode } from './lint/finding.ts';
export type { Gates } from './lint/lint-policy.ts';
export { policyMatrix, type PolicyMatrix } from './policy-matrix.ts';
