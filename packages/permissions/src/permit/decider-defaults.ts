/* The defaults of `createPermitDecider`, documented in `PdpClientOptions`, `ResilienceOptions` and `CacheOptions`. */

export const defaultConnections = 32;

export const defaultResilience = {
  deadline: 1_000,
  retries: 2,
  breakAfter: 5,
  breakFor: 1_000,
};

export const defaultCache = {
  ttl: 5_000,
  max: 50_000,
  propagationDelay: 2_000,
  staleIfError: 0,
};

/** Enough for ten users with 10,000 instances each. Not configurable. */
export const maxListInstances = 100_000;
