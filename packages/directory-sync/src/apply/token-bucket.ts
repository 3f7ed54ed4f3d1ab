/** What may still be asked of one kind of call. Times are milliseconds of the clock of whoever keeps it. */
export interface TokenBucket {
  /** Below zero when calls wait that were promised their turn. */
  readonly tokens: number;
  readonly filledAt: number;
  /** 1 is the configured pace; less after Permit said 429. */
  readonly pace: number;
  readonly closedUntil: number;
}

/** A limit as a bucket: what may be asked at once, and what comes back in a millisecond at full pace. */
export interface Allowance {
  readonly capacity: number;
  readonly refill: number;
  /**
   * Calls taken at once: a tenth of a second's worth, at least one, so that the keeper of the bucket is not asked for each
   * call of many.
   */
  readonly batch: number;
}

const minute = 60_000;
/** The part of a minute's limit that may be spent at once; the rest comes back evenly, so no minute exceeds its limit. */
const burst = 0.2;
/** Milliseconds for which what is left of a batch may be used. Long enough that of few calls little is lost. */
export const batchLifetime = 5_000;

export const paceRange = { slowest: 1 / 16, afterRefusal: 0.5, afterSuccess: 1.1 };

/** `limit` is calls a minute. What may be in hand as rests of batches is kept out of the bucket: a minute holds both. */
export function allowanceOf(limit: number): Allowance {
  const refill = (limit * (1 - burst)) / minute;
  const batch = Math.max(1, Math.floor(refill * 100));
  const inHand = batch === 1 ? 0 : ((1 - burst) * batchLifetime) / minute;
  return { capacity: Math.max(1, limit * (burst - inHand)), refill, batch };
}

export function freshBucket({ capacity }: Allowance, now: number): TokenBucket {
  return { tokens: capacity, filledAt: now, pace: 1, closedUntil: now };
}

/** Takes a batch out; `waitOf` says when it is there. While Permit refuses calls nothing comes back. */
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

/** Milliseconds until what was taken last is there. */
export function waitOf(
  { tokens, pace, closedUntil }: Omit<TokenBucket, 'filledAt'>,
  { refill }: Allowance,
  now: number,
): number {
  return Math.max(0, closedUntil - now) + Math.max(0, -tokens) / (pace * refill);
}

/** Permit said 429: closed until then, and half as fast from then on. */
export function slowedDown(bucket: TokenBucket, until: number): TokenBucket {
  return {
    ...bucket,
    pace: Math.max(paceRange.slowest, bucket.pace * paceRange.afterRefusal),
    closedUntil: Math.max(bucket.closedUntil, until),
  };
}

/** A call went through: a tenth faster. */
export function spedUp(bucket: TokenBucket): TokenBucket {
  return { ...bucket, pace: Math.min(1, bucket.pace * paceRange.afterSuccess) };
}
