import { setTimeout as sleep } from 'node:timers/promises';
import { ActionableError } from '../actionable-error.ts';
import type { ServerApi } from '../server/connect-server.ts';
import type { Run } from './answers.ts';

export interface Follow {
  readonly onRun: (run: Run) => void;
  /** Aborted, it is followed no longer, and goes on. */
  readonly signal: AbortSignal;
}

/** Milliseconds before a stream is opened again that ended before its run: that replica was stopped, another goes on. */
const pause = 1_000;

/**
 * The run as it ended, or as it was last seen when the signal was aborted. A lost connection is made again by itself.
 * @throws {ActionableError} when it can be followed no longer
 */
export async function followRun(api: ServerApi, id: string, follow: Follow): Promise<Run | undefined> {
  for (;;) {
    /* oxlint-disable no-await-in-loop -- one stream after the other */
    const run = await streamOnce(api, id, follow);
    if (follow.signal.aborted || (run !== undefined && run.finishedAt !== null)) return run;
    await sleep(pause, undefined, { signal: follow.signal }).catch(() => {});
    /* oxlint-enable no-await-in-loop */
  }
}

function streamOnce(api: ServerApi, id: string, { onRun, signal }: Follow): Promise<Run | undefined> {
  return new Promise((resolve, reject) => {
    let last: Run | undefined;
    api.sync.progress.subscribe(
      { id },
      {
        signal,
        onData(run) {
          last = run;
          onRun(run);
        },
        onComplete: () => resolve(last),
        onError: ({ message }) =>
          reject(
            new ActionableError('SERVER_STREAM_LOST', {
              says: `The run went out of sight: ${message}`,
              fix: 'It goes on at the server; "latchkey sync status" says how it ends.',
            }),
          ),
      },
    );
  });
}
