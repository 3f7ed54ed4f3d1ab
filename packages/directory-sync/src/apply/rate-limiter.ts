import { addAbortListener } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { allowanceOf, lotLifetime } from './budget.ts';
import { createMemoryBudgets } from './memory-budgets.ts';

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
  /** Resolves when the call may be made. Rejects with the signal's reason, or when the budgets cannot be asked. */
  take(kind: CallKind, signal?: AbortSignal): Promise<void>;
  /** Permit said 429: nothing of this kind for so many milliseconds, and half as fast from then on. */
  slowDown(kind: CallKind, milliseconds: number): void;
  /** A call went through: the pace recovers, a tenth at a time. */
  speedUp(kind: CallKind): void;
}

/** Keeps what may still be asked: of this process, or of all that share one environment of Permit. */
export interface Budgets {
  /** Takes a lot of calls and answers how many milliseconds have to be waited for it. */
  draw(kind: CallKind): Promise<number>;
  /** Milliseconds until a kind that Permit has refused is open again; 0 when it is. */
  closedFor(kind: CallKind): Promise<number>;
  /** Done before the next `draw`. Never throws. */
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
  readonly budgets?: Budgets;
  readonly clock?: Clock;
}

/** Calls that may be made, from the time that it is ready until its end. */
interface Lot {
  left: number;
  /** `Infinity` until it is ready. */
  end: number;
  readonly ready: Promise<void>;
}

/** Paces calls by kind. Whoever waits in one process waits for the same lot, and the next is drawn when it is used up. */
export function createRateLimiter(
  limits: Limits,
  { budgets, clock = realClock }: RateLimiterOptions = {},
): RateLimiter {
  const own = createMemoryBudgets(limits, clock.now);
  const budgetsOf = (kind: CallKind): Budgets => (limits[kind] === Infinity ? own : (budgets ?? own));
  const lots = new Map<CallKind, Lot>();

  const untilDrawn = async (kind: CallKind): Promise<void> => {
    let wait = await budgetsOf(kind).draw(kind);
    /* oxlint-disable no-await-in-loop -- Permit may refuse a call meanwhile */
    while (wait > 0) {
      await clock.sleep(Math.ceil(wait));
      wait = await budgetsOf(kind).closedFor(kind);
    }
    /* oxlint-enable no-await-in-loop */
  };
  const forget = (kind: CallKind, lot: Lot): void => {
    if (lots.get(kind) === lot) lots.delete(kind);
  };
  const lotOf = (kind: CallKind): Lot => {
    const known = lots.get(kind);
    if (known !== undefined) return known;
    const ready = untilDrawn(kind).then(
      () => void (lot.end = clock.now() + lotLifetime),
      (error: unknown) => {
        forget(kind, lot);
        throw error;
      },
    );
    const lot: Lot = { left: allowanceOf(limits[kind]).lot, end: Infinity, ready };
    lots.set(kind, lot);
    return lot;
  };

  return {
    async take(kind, signal) {
      for (;;) {
        signal?.throwIfAborted();
        const lot = lotOf(kind);
        await unlessAborted(lot.ready, signal); // oxlint-disable-line no-await-in-loop -- others may have used it up
        if (lot.left > 0 && clock.now() < lot.end) {
          lot.left -= 1;
          return;
        }
        forget(kind, lot);
      }
    },
    slowDown(kind, milliseconds) {
      budgetsOf(kind).slowDown(kind, milliseconds);
      const lot = lots.get(kind);
      if (lot !== undefined && lot.end < Infinity) forget(kind, lot);
    },
    speedUp: (kind) => budgetsOf(kind).speedUp(kind),
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
