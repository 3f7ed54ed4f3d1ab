import type { Logger } from 'pino';
import { abandoned } from '../failure.ts';
import type { DeliveryStore } from '../inbox/delivery-store.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { AbandonedWork } from './sync-queues.ts';

export interface AbandonWorkDeps {
  readonly deliveries: Pick<DeliveryStore, 'abandon' | 'failNewest'>;
  readonly runs: Pick<RunStore, 'abandon'>;
  /** Called with a run that ended. */
  readonly onProgress: (runId: string) => void;
  readonly log: Logger;
}

/**
 * Handles work whose last attempt ended with its server: deliveries become dead letters and runs fail, so that an
 * operator sees them instead of waiting forever.
 */
export function createAbandonWork({ deliveries, runs, onProgress, log }: AbandonWorkDeps) {
  const { code } = abandoned;
  return async (work: AbandonedWork): Promise<void> => {
    if (work === 'run') {
      for (const run of await runs.abandon()) {
        onProgress(run);
        log.error({ run, code }, 'the directory could not be reconciled');
      }
      return;
    }
    if ('user' in work) {
      const subject = `user:${work.user}`;
      await deliveries.failNewest(subject, abandoned);
      log.error({ subject, code }, 'the status of a user could not be checked');
      return;
    }
    const { subject } = work;
    const ids = await deliveries.abandon(subject);
    if (ids.length > 0) log.error({ subject, deliveries: ids, code }, 'a subject could not be reconciled');
  };
}
