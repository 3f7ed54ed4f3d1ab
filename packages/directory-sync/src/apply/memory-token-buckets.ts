import {
  allowanceOf,
  takeBatch,
  freshBucket,
  slowedDown,
  spedUp,
  waitOf,
  type TokenBucket,
} from './token-bucket.ts';
import type { CallKind, Limits } from './limits.ts';
import type { TokenBuckets } from './token-buckets.ts';

/** In-memory token buckets for one process. `now` returns milliseconds of any monotonic clock. */
export function createMemoryTokenBuckets(limits: Limits, now: () => number): TokenBuckets {
  const kept = new Map<CallKind, TokenBucket>();
  const bucketOf = (kind: CallKind): TokenBucket =>
    kept.get(kind) ?? freshBucket(allowanceOf(limits[kind]), now());

  return {
    async take(kind) {
      const allowance = allowanceOf(limits[kind]);
      const bucket = limits[kind] === Infinity ? bucketOf(kind) : takeBatch(bucketOf(kind), allowance, now());
      kept.set(kind, bucket);
      return waitOf(bucket, allowance, now());
    },
    closedFor: async (kind) => Math.max(0, bucketOf(kind).closedUntil - now()),
    slowDown: (kind, milliseconds) => void kept.set(kind, slowedDown(bucketOf(kind), now() + milliseconds)),
    speedUp: (kind) => void kept.set(kind, spedUp(bucketOf(kind))),
  };
}
