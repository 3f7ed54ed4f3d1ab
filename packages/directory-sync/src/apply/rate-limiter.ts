import { setTimeout as sleep } from 'node:timers/promises';

/** What Permit counts separately. */
export type CallKind = 'read' | 'write' | 'delete' | 'bulk';

/** Calls a minute; `Infinity` for none. */
export type Limits = Readonly<Record<CallKind, number>>;

/**
 * The lower of the figures that Permit has documented: 300 writes and 60 deletes a minute, 100 bulk calls in ten minutes
 * (reference: Limits of the cloud).
 */
export const cautiousLimits: Limits = { read: 3_000, write: 300, delete: 60, bulk: 10 };
export const noLimits: Limits = { read: Infinity, write: Infinity, delete: Infinity, bulk: Infinity };

export interface RateLimiter {
  /** Resolves when the call may be made. Rejects with the signal's reason. */
  take(kind: CallKind, signal?: AbortSignal): Promise<void>;
  /** Permit said 429: nothing of this kind for so many milliseconds, and half as fast from then on. */
  slowDown(kind: CallKind, milliseconds: number): void;
  /** A call went through: the pace recovers, a tenth at a time. */
  speedUp(kind: CallKind): void;
}

export interface Clock {
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
}

const realClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal === undefined ? {} : { signal }),
};

const minute = 60_000;
/** The part of a minute's budget that may be spent at once; the rest comes back evenly, so no minute exceeds its limit. */
const burst = 0.2;

interface Bucket {
  tokens: number;
  filledAt: number;
  /** 1 is the configured pace. */
  pace: number;
  closedUntil: number;
}

/** A token bucket for each kind of call. One instance paces whatever shares it. */
export function createRateLimiter(limits: Limits, clock: Clock = realClock): RateLimiter {
  const buckets = new Map<CallKind, Bucket>();
  const bucketOf = (kind: CallKind): Bucket => {
    let bucket = buckets.get(kind);
    if (bucket === undefined) {
      bucket = { tokens: capacity(limits[kind]), filledAt: clock.now(), pace: 1, closedUntil: 0 };
      buckets.set(kind, bucket);
    }
    return bucket;
  };

  /** Takes one and says how long the caller has to wait for it. */
  const draw = (kind: CallKind): number => {
    const bucket = bucketOf(kind);
    const now = clock.now();
    const closed = Math.max(0, bucket.closedUntil - now);
    if (limits[kind] === Infinity) return closed;
    const rate = (bucket.pace * limits[kind] * (1 - burst)) / minute;
    bucket.tokens = Math.min(capacity(limits[kind]), bucket.tokens + (now - bucket.filledAt) * rate) - 1;
    bucket.filledAt = now;
    return Math.max(closed, bucket.tokens >= 0 ? 0 : -bucket.tokens / rate);
  };

  return {
    async take(kind, signal) {
      signal?.throwIfAborted();
      const wait = draw(kind);
      if (wait > 0) await clock.sleep(wait, signal);
    },
    slowDown(kind, milliseconds) {
      const bucket = bucketOf(kind);
      bucket.closedUntil = Math.max(bucket.closedUntil, clock.now() + milliseconds);
      bucket.pace = Math.max(1 / 16, bucket.pace / 2);
    },
    speedUp(kind) {
      const bucket = bucketOf(kind);
      bucket.pace = Math.min(1, bucket.pace * 1.1);
    },
  };
}

const capacity = (limit: number): number => Math.max(1, limit * burst);
