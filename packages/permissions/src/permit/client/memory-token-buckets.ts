import {
  allowanceOf,
  freshBucket,
  slowedDown,
  spedUp,
  takeBatch,
  waitOf,
  type CallKind,
  type Limits,
  type TokenBucket,
  type TokenBuckets,
} from './token-bucket.ts';

/** In-memory token buckets for one process. `now` returns milliseconds of any monotonic clock. */
export function createMemoryTokenBuckets(limits: Limits, now: () => number): TokenBuckets {
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
