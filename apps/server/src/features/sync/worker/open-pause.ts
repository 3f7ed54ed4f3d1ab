import type { Topic } from '../../../bus/topic.ts';
import { asError } from '../../../log/as-error.ts';
import type { SyncState } from '../runs/sync-state.ts';
import type { SyncQueues } from './sync-queues.ts';

export interface PauseDeps {
  readonly state: Pick<SyncState, 'isPaused' | 'setPaused'>;
  readonly queues: Pick<SyncQueues, 'pause' | 'resume'>;
  readonly topic: Topic<{ paused: boolean }>;
  readonly onError: (error: Error) => void;
}

/** The pause of sync, shared by all replicas. */
export interface Pause {
  readonly set: (paused: boolean) => Promise<void>;
  readonly close: () => void;
}

/** Pauses this replica's workers if sync is paused, and whenever it is paused later. */
export async function openPause({ state, queues, topic, onError }: PauseDeps): Promise<Pause> {
  let paused = await state.isPaused();
  if (paused) await queues.pause();
  const apply = (wanted: boolean): void => {
    if (wanted === paused) return;
    paused = wanted;
    (wanted ? queues.pause() : queues.resume()).catch((error: unknown) => onError(asError(error)));
  };
  const close = topic.subscribe({
    onMessage: (message) => apply(message.paused),
    onGap: () => void state.isPaused().then(apply, onError),
  });
  return {
    async set(wanted) {
      await state.setPaused(wanted);
      topic.publish({ paused: wanted });
    },
    close,
  };
}
