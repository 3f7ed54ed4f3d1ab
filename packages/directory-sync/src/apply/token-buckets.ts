import type { CallKind } from './limits.ts';

/** One token bucket per kind of call, for one process or shared by all clients of the same Permit environment. */
export interface TokenBuckets {
  /**
   * Takes a batch of `allowanceOf(limit).batch` calls and resolves to the milliseconds to wait before making them.
   * Rejects when the store of the buckets is unavailable.
   */
  take(kind: CallKind): Promise<number>;
  /**
   * Milliseconds until Permit accepts calls of this kind again after a 429; 0 if it does already. Rejects like `take`.
   */
  closedFor(kind: CallKind): Promise<number>;
  /** After a 429: closes this kind for this many milliseconds. Takes effect before the next `take`. Never throws. */
  slowDown(kind: CallKind, milliseconds: number): void;
  /** After a successful call: the pace recovers by a tenth. Never throws. */
  speedUp(kind: CallKind): void;
}
