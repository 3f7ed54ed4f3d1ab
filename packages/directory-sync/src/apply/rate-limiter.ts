import { addAbortListener } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { allowanceOf, batchLifetime } from './token-bucket.ts';
import { createMemoryTokenBuckets } from './memory-token-buckets.ts';

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
  /** Resolves when the call may be made. Rejects with the signal's reason, or when the buckets cannot be asked. */
  take(kind: CallKind, signal?: AbortSignal): Promise<void>;
  /** Permit said 429: nothing of this kind for so many milliseconds, and half as fast from then on. */
  slowDown(kind: CallKind, milliseconds: number): void;
  /** A call went through: the pace recovers, a tenth at a time. */
  speedUp(kind: CallKind): void;
}

/** Keeps what may still be asked: of this process, or of all that share one environment of Permit. */
export interface TokenBuckets {
  /** Takes a batch of calls and answers how many milliseconds have to be waited for it. */
  take(kind: CallKind): Promise<number>;
  /** Milliseconds until a kind that Permit has refused is open again; 0 when it is. */
  closedFor(kind: CallKind): Promise<number>;
  /** Done before the next `take`. Never throws. */
  slowDown(kind: CallKind, milliseconds: number): void;
  /** Never throws. */
  speedUp(kind: CallKind): void;
}

export interface Clock {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

const realClock: Clock = { now: () => performance.now(), sleep };

export interface RateLimiterOptions {
  /** Asked for kinds with a limit only. This process's own unless told otherwise. */
  readonly buckets?: TokenBuckets;
  readonly clock?: Clock;
}

/** Calls that may be made, from the time that it is ready until its end. */
interface Batch {
  left: number;
  /** `Infinity` until it is ready. */
  end: number;
  readonly ready: Promise<void>;
}

/** Paces calls by kind. Whoever waits in one process waits for the same batch, and the next is taken when it is used up. */
export function createRateLimiter(
  limits: Limits,
  { buckets, clock = realClock }: RateLimiterOptions = {},
): RateLimiter {
  const own = createMemoryTokenBuckets(limits, clock.now);
  const bucketsOf = (kind: CallKind): TokenBuckets => (limits[kind] === Infinity ? own : (buckets ?? own));
  const batches = new Map<CallKind, Batch>();

  const untilTaken = async (kind: CallKind): Promise<void> => {
    let wait = await bucketsOf(kind).take(kind);
    /* oxlint-disable no-await-in-loop -- Permit may refuse a call meanwhile */
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
    const known = batches.get(kind);
    if (known !== undefined) return known;
    const ready = untilTaken(kind).then(
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
        await unlessAborted(batch.ready, signal); // oxlint-disable-line no-await-in-loop -- others may have used it up
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

/** Waits with others for the same, no longer than a signal of one's own allows. */
async function unlessAborted<Result>(
  shared: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (signal === undefined) return shared;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  using _ = addAbortListener(signal, () => reject(signal.reason));
  return await Promise.race([shared, aborted]);
}
