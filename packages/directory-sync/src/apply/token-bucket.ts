/** The state of one kind of call. Times are milliseconds of the clock of the store that keeps the bucket. */
export interface TokenBucket {
  /** Calls that are left. Below zero while calls that have taken their batch are waiting for it. */
  readonly tokens: number;
  readonly filledAt: number;
  /** 1 is the configured pace; less after a 429. */
  readonly pace: number;
  readonly closedUntil: number;
}

/** A limit in the terms of a token bucket. */
export interface Allowance {
  /** Calls that may be made at once when the bucket is full. */
  readonly capacity: number;
  /** Calls that come back per millisecond at full pace. */
  readonly refill: number;
  /** Calls that one `take` takes: a tenth of a second's worth, at least one. Fewer queries to the store of the bucket. */
  readonly batch: number;
}

const minute = 60_000;
/** The part of a minute's limit that may be used at once; the rest comes back evenly, so that no minute exceeds its limit. */
const burst = 0.2;
/** Milliseconds for which the rest of a batch may be used. Long enough that little of it expires when calls are few. */
export const batchLifetime = 5_000;

/** The slowest pace, and the factors by which a 429 and a successful call change the pace; 1 is the configured pace. */
export const paceRange = { slowest: 1 / 16, afterRefusal: 0.5, afterSuccess: 1.1 };

/**
 * The token bucket for a limit in calls per minute. The capacity leaves room for the unused rest of a batch, because both
 * may fall into the same minute.
 */
export function allowanceOf(limit: number): Allowance {
  const refill = (limit * (1 - burst)) / minute;
  const batch = Math.max(1, Math.floor(refill * 100));
  const unusedRest = batch === 1 ? 0 : ((1 - burst) * batchLifetime) / minute;
  return { capacity: Math.max(1, limit * (burst - unusedRest)), refill, batch };
}

/** A full bucket at the configured pace. */
export function freshBucket({ capacity }: Allowance, now: number): TokenBucket {
  return { tokens: capacity, filledAt: now, pace: 1, closedUntil: now };
}

/** Takes a batch; `waitOf` says how long to wait for it. No calls come back while Permit answers 429. */
export function takeBatch(
  bucket: TokenBucket,
  { capacity, refill, batch }: Allowance,
  now: number,
): TokenBucket {
  const since = Math.max(bucket.filledAt, bucket.closedUntil);
  const comeBack = Math.max(0, now - since) * bucket.pace * refill;
  return {
    ...bucket,
    tokens: Math.min(capacity, bucket.tokens + comeBack) - batch,
    filledAt: Math.max(bucket.filledAt, now),
  };
}

/** Milliseconds until the batch that was taken last may be used, by the same clock as the bucket. */
export function waitOf(
  { tokens, pace, closedUntil }: Omit<TokenBucket, 'filledAt'>,
  { refill }: Allowance,
  now: number,
): number {
  return Math.max(0, closedUntil - now) + Math.max(0, -tokens) / (pace * refill);
}

/** The bucket after a 429: closed until that time, then half the pace. */
export function slowedDown(bucket: TokenBucket, until: number): TokenBucket {
  return {
    ...bucket,
    pace: Math.max(paceRange.slowest, bucket.pace * paceRange.afterRefusal),
    closedUntil: Math.max(bucket.closedUntil, until),
  };
}

/** The bucket after a successful call: a tenth faster. */
export function spedUp(bucket: TokenBucket): TokenBucket {
  return { ...bucket, pace: Math.min(1, bucket.pace * paceRange.afterSuccess) };
}
