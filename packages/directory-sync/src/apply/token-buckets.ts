import type { CallKind } from './limits.ts';

/** One token bucket per kind of call: for one process, or shared by all that call the same environment of Permit. */
export interface TokenBuckets {
  /**
   * Takes a batch of calls (its size is `allowanceOf(limit).batch`) and resolves to the milliseconds to wait before they may
   * be made. Rejects when the store of the buckets does not answer.
   */
  take(kind: CallKind): Promise<number>;
  /** Milliseconds until Permit accepts this kind again after a 429; 0 when it does already. Rejects like `take`. */
  closedFor(kind: CallKind): Promise<number>;
  /** Permit answered 429: closes this kind for so many milliseconds. Takes effect before the next `take`. Never throws. */
  slowDown(kind: CallKind, milliseconds: number): void;
  /** A call succeeded: the pace recovers by a tenth. Never throws. */
  speedUp(kind: CallKind): void;
}
