import { setTimeout as sleep } from 'node:timers/promises';
import { isTRPCClientError } from '@trpc/client';
import type { ServerApi } from '../server/connect-server.ts';
import type { Run } from './sync-api-types.ts';

export interface Follow {
  readonly onRun: (run: Run) => void;
  /** Hears that the connection was lost; it is made again by itself. */
  readonly onLost: () => void;
  /** Aborted, the run is followed no longer, and goes on. */
  readonly signal: AbortSignal;
}

/** Milliseconds before a stream is opened again. */
const pause = 1_000;

/** The run as it ended, or as it was last seen when the signal was aborted. Rejects when the server may not be asked. */
export async function followRun(api: ServerApi, id: string, follow: Follow): Promise<Run | undefined> {
  const { signal } = follow;
  // An EventSource that waits to connect again does not keep the process.
  const awake = setInterval(() => {}, 60_000);
  try {
    for (;;) {
      /* oxlint-disable no-await-in-loop -- one stream after the other */
      const run = await stream(api, id, follow);
      if (signal.aborted || (run !== undefined && run.finishedAt !== null)) return run;
      // The replica was stopped, and another goes on with the run.
      await sleep(pause, undefined, { signal }).catch(() => {});
      /* oxlint-enable no-await-in-loop */
    }
  } finally {
    clearInterval(awake);
  }
}

/** What the stream told last before it ended. */
async function stream(
  api: ServerApi,
  id: string,
  { onRun, onLost, signal }: Follow,
): Promise<Run | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let last: Run | undefined;
  let isLost = false;
  api.sync.progress.subscribe(
    { id },
    {
      signal,
      onData(run) {
        last = run;
        onRun(run);
      },
      onConnectionStateChange({ state, error }) {
        if (state === 'connecting' && error !== null && !isLost) onLost();
        isLost = state === 'connecting' && error !== null;
      },
      onComplete: () => resolve(undefined),
      onError: reject,
    },
  );
  try {
    await promise;
  } catch (error) {
    if (isTRPCClientError(error) && error.data !== undefined) throw error;
    // An EventSource does not tell why it was refused; an ordinary call does.
    await api.sync.status.query();
  }
  return last;
}
