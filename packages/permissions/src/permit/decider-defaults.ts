/* The defaults of `createPermitDecider`, documented in `PdpClientOptions`, `ResilienceOptions` and `CacheOptions`. */

/** `connections`: the maximum number of keep-alive connections to the PDP. */
export const defaultConnections = 32;

/** `deadline`, in milliseconds. */
export const defaultDeadline = 1_000;

/** `retries`, after the first attempt. */
export const defaultRetries = 2;

/** `breakAfter`: consecutive failures that open the circuit breaker. */
export const defaultBreakAfter = 5;

/** `breakFor`, in milliseconds. */
export const defaultBreakFor = 1_000;

/** `cache.ttl`, in milliseconds. */
export const defaultCacheTtl = 5_000;

/** `cache.max`: the maximum number of cached decisions. */
export const defaultCacheMax = 50_000;

/** `cache.propagationDelay`, in milliseconds. */
export const defaultPropagationDelay = 2_000;

/** `cache.staleIfError`, in milliseconds. 0: expired decisions are never used. */
export const defaultStaleIfError = 0;

/** Enough for ten users with 10,000 instances each. Not configurable. */
export const maxListInstances = 100_000;
