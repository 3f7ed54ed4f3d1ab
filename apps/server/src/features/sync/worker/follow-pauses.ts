import type { Topic } from '../../../platform/bus/topic.ts';
import { asError } from '../../../platform/log/as-error.ts';
import type { SyncState } from '../runs/sync-state.ts';
import type { SyncQueues } from './sync-queues.ts';

export interface FollowPausesDeps {
  readonly state: Pick<SyncState, 'isPaused'>;
  readonly queues: Pick<SyncQueues, 'pause' | 'resume'>;
  readonly pauses: Pick<Topic<{ paused: boolean }>, 'subscribe'>;
  readonly onError: (error: Error) => void;
}

/** Pauses this replica's workers if sync is paused, and whenever it is paused later. Returns a function that stops it. */
export async function followPauses({
  state,
  queues,
  pauses,
  onError,
}: FollowPausesDeps): Promise<() => void> {
  let paused = await state.isPaused();
  if (paused) await queues.pause();
  const apply = (wanted: boolean): void => {
    if (wanted === paused) return;
    paused = wanted;
    (wanted ? queues.pause() : queues.resume()).catch((error: unknown) => onError(asError(error)));
  };
  return pauses.subscribe({
    onMessage: (message) => apply(message.paused),
    onGap: () => void state.isPaused().then(apply, onError),
  });
}
