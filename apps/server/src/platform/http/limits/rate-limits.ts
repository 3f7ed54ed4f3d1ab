import type { Pool } from 'pg';
import { createMemoryLimit, createSharedLimit, type RateLimit } from './rate-limit.ts';

/** Maximum requests per minute; 0 for no limit. */
export interface RateLimitSettings {
  /** Per address: requests without a valid token. Each replica counts alone. */
  readonly strangers: number;
  /** Per user or machine: calls. Each replica counts alone. */
  readonly calls: number;
  /** Per user or machine: mutations. All replicas count together. */
  readonly changes: number;
  /** Per user or machine: files. All replicas count together. */
  readonly exports: number;
  /**
   * Deliveries with an invalid signature, per address. Valid ones are neither counted nor refused. Each replica keeps
   * its own count.
   */
  readonly deliveries: number;
}

/** Far above human use. */
export const rateLimits: RateLimitSettings = {
  strangers: 3_000,
  calls: 60_000,
  changes: 600,
  exports: 30,
  deliveries: 6_000,
};

export const noRateLimits: RateLimitSettings = {
  strangers: 0,
  calls: 0,
  changes: 0,
  exports: 0,
  deliveries: 0,
};

export type RateLimits = Readonly<Record<keyof RateLimitSettings, RateLimit>>;

/** Counts cheap calls in memory, because a query would cost more than the call, and others in PostgreSQL. */
export function createRateLimits(settings: RateLimitSettings, pool: Pool): RateLimits {
  const of = (name: keyof RateLimitSettings) => ({ name, most: settings[name] });
  return {
    strangers: createMemoryLimit(of('strangers')),
    calls: createMemoryLimit(of('calls')),
    deliveries: createMemoryLimit(of('deliveries')),
    changes: createSharedLimit(of('changes'), pool),
    exports: createSharedLimit(of('exports'), pool),
  };
}
