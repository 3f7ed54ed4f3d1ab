import type { DeliveryStore } from './inbox/delivery-store.ts';
import type { RunRequest, RunStore } from './runs/run-store.ts';
import type { Undelivered } from './undelivered/undelivered.ts';
import type { SyncQueues } from './worker/sync-queues.ts';

/** Whether sync reads the current state from Logto's Management API, or knows only the payloads of deliveries. */
export type SyncMode = 'management-api' | 'payloads';

/** What an operator can see and do. */
export interface SyncControl {
  readonly mode: SyncMode;
  readonly deliveries: DeliveryStore;
  readonly runs: RunStore;
  readonly nextAttemptAt: SyncQueues['nextAttemptAt'];
  /** The deliveries that Logto could not make; null when it can deliver, as far as is known. */
  undelivered(): Promise<Undelivered | null>;
  isPaused(): Promise<boolean>;
  setPaused(paused: boolean): Promise<void>;
  /** Makes the named deliveries pending again, or all dead letters. Returns the number. */
  replay(which: readonly string[] | 'dead'): Promise<number>;
  /** Returns the run's id. */
  requestRun(request: RunRequest): Promise<string>;
  /**
   * Calls `onProgress` when the run has new progress or has ended, and after a gap. Returns a function that stops it.
   */
  watchRun(id: string, onProgress: () => void): () => void;
}
