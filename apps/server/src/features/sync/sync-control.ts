import type { LogtoManagement } from '@latchkey/directory-sync';
import type { Topic } from '../../platform/bus/topic.ts';
import type { DeliveryStore } from './inbox/delivery-store.ts';
import type { RunRequest, RunStore } from './runs/run-store.ts';
import type { SyncState } from './runs/sync-state.ts';
import type { SyncQueues } from './worker/sync-queues.ts';

/** Whether sync reads the current state from Logto's Management API, or knows only the payloads of deliveries. */
export type SyncMode = 'management-api' | 'payloads';

export interface SyncControlDeps {
  readonly deliveries: DeliveryStore;
  readonly runs: RunStore;
  readonly logto: LogtoManagement | undefined;
  readonly state: SyncState;
  readonly queues: SyncQueues;
  readonly pauses: Pick<Topic<{ paused: boolean }>, 'publish'>;
  readonly progress: Pick<Topic<{ id: string }>, 'subscribe'>;
}

export type SyncControl = ReturnType<typeof createSyncControl>;

export function createSyncControl(deps: SyncControlDeps) {
  const { logto, deliveries, runs, state, queues, pauses, progress } = deps;
  return {
    mode: (logto === undefined ? 'payloads' : 'management-api') satisfies SyncMode,
    deliveries,
    runs,
    nextAttemptAt: queues.nextAttemptAt,
    /** Returns the deliveries that Logto could not make; null if it can deliver, as far as is known. */
    undelivered: () => state.undelivered(),
    isPaused: () => state.isPaused(),
    async setPaused(paused: boolean): Promise<void> {
      await state.setPaused(paused);
      pauses.publish({ paused });
    },
    /** Makes the named deliveries, or all dead letters, pending again. Returns their number. */
    replay: (which: readonly string[] | 'dead') =>
      deliveries.reopen(which, (subjects, transaction) =>
        queues.enqueue(subjects, { transaction, isUrgent: true }),
      ),
    requestRun: (request: RunRequest): Promise<string> =>
      runs.request(request, (id, transaction) => queues.enqueueRun(id, { transaction })),
    /** Also calls `onProgress` at the end of the run and after a gap in the messages. Returns a function that stops this. */
    watchRun: (id: string, onProgress: () => void) =>
      progress.subscribe({
        onMessage(message) {
          if (message.id === id) onProgress();
        },
        onGap: onProgress,
      }),
  };
}
