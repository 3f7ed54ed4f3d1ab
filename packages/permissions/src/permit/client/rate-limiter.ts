import { setTimeout as sleep } from 'node:timers/promises';
import { unlessAborted } from './http-client.ts';
import {
  allowanceOf,
  batchLifetime,
  type CallKind,
  type Limits,
  type TokenBuckets,
  freshBucket,
  slowedDown,
  spedUp,
  takeBatch,
  waitOf,
  type TokenBucket,
} from './token-bucket.ts';

export interface RateLimiter {
  /** Resolves when the caller may make one call. Rejects with the signal's reason, or when the buckets fail. */
  take(kind: CallKind, signal?: AbortSignal): Promise<void>;
  /** Call it after a 429: blocks this kind of call for some milliseconds, then halves its pace. */
  slowDown(kind: CallKind, milliseconds: number): void;
  /** Call it after a successful call: raises the pace by a tenth, up to the configured one. */
  speedUp(kind: CallKind): void;
}

export interface Clock {
  /** Milliseconds since any fixed point. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

const realClock: Clock = { now: () => performance.now(), sleep };

export interface RateLimiterOptions {
  /** For kinds of calls with a limit. Default: in-memory buckets of this limiter. */
  readonly buckets?: TokenBuckets;
  /** Default: the process's monotonic clock. */
  readonly clock?: Clock;
}

/** Calls that may be made from when `ready` resolves until `end`. */
interface Batch {
  left: number;
  /** `Infinity` until the batch is ready. */
  end: number;
  readonly ready: Promise<void>;
}

/**
 * Keeps the calls of this process within the limits of every minute. Callers share one batch for each kind of call;
 * when it is used up or older than five seconds, the limiter takes another one from the buckets.
 */
export function createRateLimiter(
  limits: Limits,
  { buckets, clock = realClock }: RateLimiterOptions = {},
): RateLimiter {
  const inMemory = createMemoryTokenBuckets(limits, clock.now);
  const bucketsOf = (kind: CallKind): TokenBuckets =>
    limits[kind] === Infinity ? inMemory : (buckets ?? inMemory);
  const batches = new Map<CallKind, Batch>();

  const takeAndWait = async (kind: CallKind): Promise<void> => {
    let wait = await bucketsOf(kind).take(kind);
    /* oxlint-disable no-await-in-loop -- Permit may answer another call with 429 in the meantime */
    while (wait > 0) {
      await clock.sleep(Math.ceil(wait));
      wait = await bucketsOf(kind).closedFor(kind);
    }
    /* oxlint-enable no-await-in-loop */
  };
  const forget = (kind: CallKind, batch: Batch): void => {
    if (batches.get(kind) === batch) batches.delete(kind);
  };
  const batchOf = (kind: CallKind): Batch => {
    const current = batches.get(kind);
    if (current !== undefined) return current;
    const ready = takeAndWait(kind).then(
      () => void (batch.end = clock.now() + batchLifetime),
      (error: unknown) => {
        forget(kind, batch);
        throw error;
      },
    );
    const batch: Batch = { left: allowanceOf(limits[kind]).batch, end: Infinity, ready };
    batches.set(kind, batch);
    return batch;
  };

  return {
    async take(kind, signal) {
      for (;;) {
        signal?.throwIfAborted();
        const batch = batchOf(kind);
        await unlessAborted(batch.ready, signal); // oxlint-disable-line no-await-in-loop -- other callers may have used the batch up
        if (batch.left > 0 && clock.now() < batch.end) {
          batch.left -= 1;
          return;
        }
        forget(kind, batch);
      }
    },
    slowDown(kind, milliseconds) {
      bucketsOf(kind).slowDown(kind, milliseconds);
      const batch = batches.get(kind);
      if (batch !== undefined && batch.end < Infinity) forget(kind, batch);
    },
    speedUp: (kind) => bucketsOf(kind).speedUp(kind),
  };
}

/** `now` returns milliseconds of any monotonic clock. */
function createMemoryTokenBuckets(limits: Limits, now: () => number): TokenBuckets {
  const buckets = new Map<CallKind, TokenBucket>();
  const bucketOf = (kind: CallKind): TokenBucket =>
    buckets.get(kind) ?? freshBucket(allowanceOf(limits[kind]), now());

  return {
    async take(kind) {
      const allowance = allowanceOf(limits[kind]);
      const bucket = limits[kind] === Infinity ? bucketOf(kind) : takeBatch(bucketOf(kind), allowance, now());
      buckets.set(kind, bucket);
      return waitOf(bucket, allowance, now());
    },
    closedFor: async (kind) => Math.max(0, bucketOf(kind).closedUntil - now()),
    slowDown: (kind, milliseconds) =>
      void buckets.set(kind, slowedDown(bucketOf(kind), now() + milliseconds)),
    speedUp: (kind) => void buckets.set(kind, spedUp(bucketOf(kind))),
  };
}
