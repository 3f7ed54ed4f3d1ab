import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { getTableName } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import { AppError } from '../../app-error.ts';
import { rateLimitCounts } from './tables.ts';

/** Maximum number of keys in memory. The least recently used one is evicted first. */
const maxCounted = 20_000;

export interface RateLimit {
  /** Reports the remaining points in the response headers. @throws {AppError} `RATE_LIMITED` */
  consume(key: string, response: ServerResponse, points?: number): Promise<void>;
  /** Gives back points that should not have counted. */
  refund(key: string, points?: number): Promise<void>;
  /** Whether the next call would be refused. Does not count as a call. */
  isUsedUp(key: string): Promise<boolean>;
}

export interface RateLimitOptions {
  readonly name: string;
  /** Maximum number of points per window and key; 0 for no limit. */
  readonly max: number;
  /** Seconds. Default: a minute. */
  readonly window?: number;
}

const minute = 60;

const unlimited: RateLimit = { async consume() {}, async refund() {}, isUsedUp: async () => false };

export function createMemoryLimit({ name, max, window = minute }: RateLimitOptions): RateLimit {
  if (max === 0) return unlimited;
  const limiter = new RateLimiterMemory({ points: max, duration: window });
  const counted = new LRUCache<string, true>({
    // With `max`, the cache would allocate memory for all keys up front.
    maxSize: maxCounted,
    sizeCalculation: () => 1,
    dispose: (_, key) => void limiter.delete(key),
    noDisposeOnSet: true,
  });
  return limitBy(limiter, { name, max, window }, (key) => counted.set(key, true));
}

/**
 * All replicas share the counts in PostgreSQL. A key above its limit costs no query. During a PostgreSQL outage each
 * replica counts alone instead of refusing calls, because these limits do not protect access rights.
 */
export function createSharedLimit(
  { name, max }: Omit<RateLimitOptions, 'window'>,
  pool: Pool,
): Pick<RateLimit, 'consume'> {
  if (max === 0) return unlimited;
  const counts = { keyPrefix: name, points: max, duration: minute };
  const limiter = new RateLimiterPostgres({
    ...counts,
    storeClient: pool,
    storeType: 'pool',
    tableName: getTableName(rateLimitCounts),
    tableCreated: true,
    inMemoryBlockOnConsumed: max,
    insuranceLimiter: new RateLimiterMemory(counts),
  });
  const shared = limitBy(limiter, { name, max, window: minute });
  return { consume: (key, ...rest) => shared.consume(keyOf(key), ...rest) };
}

function limitBy(
  limiter: RateLimiterAbstract,
  { name, max, window }: Required<RateLimitOptions>,
  onKey: (key: string) => void = () => {},
): RateLimit {
  return {
    async consume(key, response, points = 1) {
      onKey(key);
      const left = await limiter.consume(key, points).catch((refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return { ...refusal.toJSON(), isOver: true };
        throw refusal;
      });
      const seconds = Math.ceil(left.msBeforeNext / 1_000);
      const isOver = 'isOver' in left;
      // A streamed response has already sent its headers. If several limits apply, the last one is named.
      if (!response.headersSent) {
        // https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-10.html
        response.setHeader('ratelimit-policy', `"${name}";q=${max};w=${window}`);
        response.setHeader('ratelimit', `"${name}";r=${left.remainingPoints};t=${seconds}`);
        if (isOver) response.setHeader('retry-after', seconds);
      }
      if (isOver) throw new AppError('RATE_LIMITED', `Too many requests. Try again in ${seconds} seconds.`);
    },
    async refund(key, points = 1) {
      await limiter.reward(key, points);
    },
    isUsedUp: async (key) => ((await limiter.get(key))?.consumedPoints ?? 0) >= max,
  };
}

/** Hashes a key, so that the table's keys are short and contain no personal data. */
function keyOf(key: string): string {
  return hash('sha256', key, 'base64url');
}
