import type { LogtoEvent } from '@latchkey/directory-sync';
import { accountHintsOf } from './account-hint.ts';
import type { Revocations } from './revocations.ts';

export interface RecordHintsDeps {
  readonly revocations: Pick<Revocations, 'record'>;
  /** Queues users (Logto's ids) whose status has to be asked; absent in payload mode. */
  readonly enqueueStatusChecks: ((ids: readonly string[]) => Promise<void>) | undefined;
}

/**
 * Records what a delivery says about suspensions and deletions, while it is received: a denial needs no queue. Logto is
 * asked afterwards, by a job that waits for nothing else, and confirms or corrects it.
 */
export function createRecordHints({
  revocations,
  enqueueStatusChecks,
}: RecordHintsDeps): (event: LogtoEvent) => Promise<void> {
  return async (event) => {
    const hints = accountHintsOf(event);
    if (hints.length === 0) return;
    // In payload mode nobody corrects a late payload, so versions order them.
    const isOrdered = enqueueStatusChecks === undefined;
    for (const { id, denial, version } of hints) {
      // oxlint-disable-next-line no-await-in-loop -- one user, as a rule
      if (denial !== undefined) await revocations.record(id, denial, isOrdered ? { version } : {});
    }
    await enqueueStatusChecks?.(hints.map(({ id }) => id));
  };
}
