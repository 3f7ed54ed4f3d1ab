export {
  createPermitDecider,
  type PdpHealth,
  type PermitDecider,
  type PermitDeciderOptions,
} from './permit-decider.ts';
export type { PdpCall } from './telemetry.ts';
export type { InstanceGrants } from './instance-grants.ts';
export type { CacheOptions } from './answer-cache.ts';
export type { PdpClientOptions } from './pdp-client.ts';
export type { ResilienceOptions } from './resilience.ts';
export {
  createPermitDirectory,
  type DirectoryAccount,
  type DirectoryUser,
  type Grant,
  type InstanceLink,
  type Member,
  type PermitDirectory,
  type PermitDirectoryOptions,
} from './permit-directory.ts';
export { PermitApiError, type PermitManagementOptions } from './permit-caller.ts';
export { retryAfterOf } from './retry-after.ts';
export type { Invalidation } from './invalidations.ts';
