/** The kinds of calls for which Permit has separate rate limits. */
export type CallKind = 'read' | 'write' | 'delete' | 'bulk';

/** Calls per minute by kind; `Infinity` for no limit. */
export type Limits = Readonly<Record<CallKind, number>>;

/**
 * The lowest limits that Permit has documented, in calls per minute: 3,000 reads, 300 writes, 60 deletes, 10 bulk
 * calls. Source: Permit docs, Rate Limiting, https://docs.permit.io/api/api-with-cli (3,000 calls to `/v2/facts` per
 * minute, 100 bulk calls per ten minutes); an earlier version of the docs listed 300 writes and 60 deletes per minute.
 */
export const cautiousLimits: Limits = { read: 3_000, write: 300, delete: 60, bulk: 10 };

/** No limits, for emulators and self-hosted Permit. */
export const noLimits: Limits = { read: Infinity, write: Infinity, delete: Infinity, bulk: Infinity };

/** One token bucket per kind of call, for one process or shared by all clients of the same Permit environment. */
export interface TokenBuckets {
  /**
   * Takes a batch of `allowanceOf(limit).batch` calls. Resolves to the milliseconds to wait before making them; rejects
   * when the store of the buckets is unavailable.
   */
  take(kind: CallKind): Promise<number>;
  /** Resolves to the milliseconds until Permit accepts this kind again after a 429, or 0. Rejects like `take`. */
  closedFor(kind: CallKind): Promise<number>;
  /**
   * Call it after a 429: closes this kind for some milliseconds, then halves its pace, before the next `take`. Never
   * throws.
   */
  slowDown(kind: CallKind, milliseconds: number): void;
  /** Call it after a successful call: raises the pace by a tenth, up to the configured one. Never throws. */
  speedUp(kind: CallKind): void;
}

/** The state of one kind of call. Times are in milliseconds of the store's clock. */
export interface TokenBucket {
  /** Negative while callers wait for batches that they have taken. */
  readonly tokens: number;
  readonly filledAt: number;
  /** 1 is the configured pace; lower after a 429. */
  readonly pace: number;
  readonly closedUntil: number;
}

export interface Allowance {
  /** Calls in a burst when the bucket is full. */
  readonly capacity: number;
  /** Calls per millisecond at full pace. */
  readonly refill: number;
  /** The calls of one `take`, which saves queries to the store: a tenth of a second's refill, but at least one. */
  readonly batch: number;
}

const minute = 60_000;
/** The share of a minute's limit in a burst. The rest is refilled evenly, so that no minute exceeds the limit. */
const burst = 0.2;
/** Milliseconds, long enough that few calls of a batch expire unused when calls are rare. */
export const batchLifetime = 5_000;

/** The slowest pace (1 is the configured one), and the factors after a 429 and after a success. */
export const paceRange = { slowest: 1 / 16, afterRefusal: 0.5, afterSuccess: 1.1 };

/**
 * The limit is in calls per minute. The capacity leaves room for the unused rest of a batch, which may be used in the
 * same minute.
 */
export function allowanceOf(limit: number): Allowance {
  const refill = (limit * (1 - burst)) / minute;
  const batch = Math.max(1, Math.floor(refill * 100));
  const unusedRest = batch === 1 ? 0 : ((1 - burst) * batchLifetime) / minute;
  return { capacity: Math.max(1, limit * (burst - unusedRest)), refill, batch };
}

export function freshBucket({ capacity }: Allowance, now: number): TokenBucket {
  return { tokens: capacity, filledAt: now, pace: 1, closedUntil: now };
}

/** `waitOf` tells how long to wait for the batch. No refill while the bucket is closed after a 429. */
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

/** Milliseconds until the batch taken last may be used. */
export function waitOf(
  { tokens, pace, closedUntil }: Omit<TokenBucket, 'filledAt'>,
  { refill }: Allowance,
  now: number,
): number {
  return Math.max(0, closedUntil - now) + Math.max(0, -tokens) / (pace * refill);
}

export function slowedDown(bucket: TokenBucket, until: number): TokenBucket {
  return {
    ...bucket,
    pace: Math.max(paceRange.slowest, bucket.pace * paceRange.afterRefusal),
    closedUntil: Math.max(bucket.closedUntil, until),
  };
}

export function spedUp(bucket: TokenBucket): TokenBucket {
  return { ...bucket, pace: Math.min(1, bucket.pace * paceRange.afterSuccess) };
}
