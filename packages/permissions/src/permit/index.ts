export { createPdpDecider, type PdpDecider, type PdpOptions } from './pdp-decider.ts';
export {
  createPermitDirectory,
  type DirectoryUser,
  type Grant,
  type Member,
  type PermitDirectory,
} from './permit-directory.ts';
export { applyPolicy, type PolicyChange } from './apply-policy.ts';
export { PermitApiError, type PermitManagementOptions } from './permit-management.ts';
