import type { LogtoEvent } from '@latchkey/directory-sync';
import { accountHintsOf } from './account-hint.ts';
import type { Revocations } from './revocations.ts';

export interface RecordHintsDeps {
  readonly revocations: Pick<Revocations, 'record'>;
  /** Queues status checks of users (Logto ids); absent in payload mode. */
  readonly enqueueStatusChecks: ((ids: readonly string[]) => Promise<void>) | undefined;
}

/**
 * Records suspensions and deletions when a delivery is received: a denial needs no queue. Afterwards a job with no
 * other dependencies queries Logto, and confirms or corrects the record.
 */
export function createRecordHints({
  revocations,
  enqueueStatusChecks,
}: RecordHintsDeps): (event: LogtoEvent) => Promise<void> {
  return async (event) => {
    const hints = accountHintsOf(event);
    if (hints.length === 0) return;
    // In payload mode a late payload is never corrected, so versions order them.
    const isOrdered = enqueueStatusChecks === undefined;
    for (const { id, denial, version } of hints) {
      // oxlint-disable-next-line no-await-in-loop -- usually one user
      if (denial !== undefined) await revocations.record(id, denial, isOrdered ? { version } : {});
    }
    await enqueueStatusChecks?.(hints.map(({ id }) => id));
  };
}
