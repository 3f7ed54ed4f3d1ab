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

/** Seconds: every limit is so much a minute. */
const window = 60;

/** Those who are counted in memory, at most. Whoever was not seen for the longest is forgotten first. */
const mostCounted = 20_000;

export interface RateLimit {
  /**
   * Counts so many for a key, and tells the client in the headers of the answer what is left.
   * @throws {AppError} `RATE_LIMITED`
   */
  take(key: string, response: ServerResponse, points?: number): Promise<void>;
  /** Takes it back: it should not have counted. */
  giveBack(key: string, points?: number): Promise<void>;
  /** Whether the next one would be refused. It counts nothing. */
  isUsedUp(key: string): Promise<boolean>;
}

export interface RateLimitOptions {
  /** In the headers of answers. */
  readonly name: string;
  /** A minute and key; 0 for no limit. */
  readonly most: number;
}

const unlimited: RateLimit = { async take() {}, async giveBack() {}, isUsedUp: async () => false };

/** Counts in this process. Its memory is bounded, however many keys there are. */
export function createMemoryLimit({ name, most }: RateLimitOptions): RateLimit {
  if (most === 0) return unlimited;
  const limiter = new RateLimiterMemory({ points: most, duration: window });
  const counted = new LRUCache<string, true>({
    // With `max`, the cache would take the memory of all keys at once.
    maxSize: mostCounted,
    sizeCalculation: () => 1,
    dispose: (_, key) => void limiter.delete(key),
    noDisposeOnSet: true,
  });
  return limitBy(limiter, { name, most, onKey: (key) => counted.set(key, true) });
}

/**
 * Counts in PostgreSQL, so that all replicas count together. Whoever has used everything up costs no further query. While
 * PostgreSQL is away each replica counts alone: a limit that cannot be counted is no reason to refuse, for it guards no right.
 */
export function createSharedLimit({ name, most }: RateLimitOptions, pool: Pool): RateLimit {
  if (most === 0) return unlimited;
  const counts = { keyPrefix: name, points: most, duration: window };
  const limiter = new RateLimiterPostgres({
    ...counts,
    storeClient: pool,
    storeType: 'pool',
    tableName: getTableName(rateLimitCounts),
    tableCreated: true,
    inMemoryBlockOnConsumed: most,
    insuranceLimiter: new RateLimiterMemory(counts),
  });
  const shared = limitBy(limiter, { name, most });
  return {
    take: (key, ...rest) => shared.take(keyOf(key), ...rest),
    giveBack: (key, ...rest) => shared.giveBack(keyOf(key), ...rest),
    isUsedUp: (key) => shared.isUsedUp(keyOf(key)),
  };
}

function limitBy(
  limiter: RateLimiterAbstract,
  { name, most, onKey = () => {} }: RateLimitOptions & { readonly onKey?: (key: string) => void },
): RateLimit {
  return {
    async take(key, response, points = 1) {
      onKey(key);
      const left = await limiter.consume(key, points).catch((refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return { ...refusal.toJSON(), isOver: true };
        throw refusal;
      });
      const seconds = Math.ceil(left.msBeforeNext / 1_000);
      const isOver = 'isOver' in left;
      // A streamed answer has begun before its calls are made. Of several limits the answer names the one that was asked last.
      if (!response.headersSent) {
        // https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-10.html
        response.setHeader('ratelimit-policy', `"${name}";q=${most};w=${window}`);
        response.setHeader('ratelimit', `"${name}";r=${left.remainingPoints};t=${seconds}`);
        if (isOver) response.setHeader('retry-after', seconds);
      }
      if (isOver)
        throw new AppError('RATE_LIMITED', `Too many requests in a minute. Try again in ${seconds} seconds.`);
    },
    async giveBack(key, points = 1) {
      await limiter.reward(key, points);
    },
    isUsedUp: async (key) => ((await limiter.get(key))?.consumedPoints ?? 0) >= most,
  };
}

/** A key of the table is short, and names nobody. */
function keyOf(key: string): string {
  return hash('sha256', key, 'base64url');
}
