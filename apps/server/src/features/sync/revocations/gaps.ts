import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { rootCause } from '../../../platform/database/outage.ts';
import { asError } from '../../../platform/log/describe-error.ts';

/**
 * A gap is a time in which a delivery may have been lost: no server was running, or a delivery could not be stored.
 * Logto up to 1.42 does not retry, so records from before the gap are not trusted until Logto confirms them.
 */
export interface Gaps {
  /** Records that a gap ends now, and requests a run to catch up. Rejects when the database fails. */
  readonly mark: () => Promise<void>;
  /** Call this when a delivery could not be stored. Marks a gap as soon as the database is available. Never throws. */
  readonly noteLostDelivery: () => void;
  close(): Promise<void>;
}

export interface GapsDeps {
  readonly reserved: Pool;
  /** Makes this replica learn of the gap immediately. */
  readonly refresh: () => Promise<void>;
  /** Requests a run, which first receives the deliveries that Logto could not make. */
  readonly catchUp: () => Promise<void>;
  readonly onError: (error: Error) => void;
}

/** Milliseconds. */
const retryPause = 250;

/** Records that a gap ends now. Every replica learns of it within a second. */
export async function recordGap(reserved: Pool): Promise<void> {
  await reserved.query('update directory_revision set gap_ended_at = now()');
}

export function createGaps({ reserved, refresh, catchUp, onError }: GapsDeps): Gaps {
  const closing = new AbortController();
  let marking: Promise<void> | undefined;
  let lostDeliveries = 0;

  const mark = async (): Promise<void> => {
    await recordGap(reserved);
    await refresh();
    await catchUp();
  };
  const markUntilDone = async (): Promise<void> => {
    /* oxlint-disable no-await-in-loop -- one attempt at a time */
    while (lostDeliveries > 0 && !closing.signal.aborted) {
      const noted = lostDeliveries;
      try {
        await mark();
        // Deliveries that were lost in the meantime need a later mark.
        lostDeliveries -= noted;
      } catch (error) {
        onError(asError(rootCause(error)));
        await sleep(retryPause, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
    /* oxlint-enable no-await-in-loop */
  };

  return {
    mark,
    noteLostDelivery: () => {
      lostDeliveries += 1;
      marking ??= markUntilDone().finally(() => {
        marking = undefined;
      });
    },
    async close() {
      closing.abort();
      await marking;
    },
  };
}
