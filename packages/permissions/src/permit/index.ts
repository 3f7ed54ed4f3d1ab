export { createPermitDecider } from './permit-decider.ts';
export type { PdpHealth, PermitDecider, PermitDeciderOptions } from './permit-decider-types.ts';
export type { PdpCall } from './telemetry.ts';
export type { InstanceGrants } from './pdp-response.ts';
export type { CacheOptions } from './answer-cache.ts';
export type { PdpClientOptions } from './pdp-client.ts';
export type { ResilienceOptions } from './resilience.ts';
export {
  createPermitDirectory,
  type DirectoryAccount,
  type DirectoryUser,
  type Member,
  type PermitDirectory,
  type PermitDirectoryOptions,
} from './permit-directory.ts';
export {
  NotInPolicyError,
  type Assignment,
  type Grant,
  type InstanceLink,
  type InstanceRef,
} from './check-facts.ts';
export {
  createPermitClient,
  permitPath,
  type PermitClient,
  type PermitClientOptions,
  type PermitManagementOptions,
} from './client/permit-client.ts';
export { PermitApiError } from '../core/errors.ts';
export { createHttpClient, retryAfterOf, type HttpCall, type HttpResponse } from './client/http-client.ts';
export { createRateLimiter } from './client/rate-limiter.ts';
export {
  allowanceOf,
  cautiousLimits,
  noLimits,
  paceRange,
  waitOf,
  type CallKind,
  type Limits,
  type TokenBuckets,
} from './client/token-bucket.ts';
export type { AssignmentChange, Invalidation } from './invalidations.ts';
