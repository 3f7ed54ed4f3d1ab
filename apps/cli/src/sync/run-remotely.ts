import { setTimeout as sleep } from 'node:timers/promises';
import { isTRPCClientError } from '@trpc/client';
import type { CommandDeps } from '../command-deps.ts';
import type { Server, ServerApi, Run } from '../server/connect-server.ts';
import { printRun } from './print-report.ts';
import { createProgressReporter } from './progress-reporter.ts';

export interface RemoteRunOptions {
  readonly force: boolean;
  readonly json: boolean;
}

export async function runRemotely(
  server: Server,
  { force, json }: RemoteRunOptions,
  deps: CommandDeps,
): Promise<void> {
  const { warn, print, exitWith } = deps;
  using signal = deps.interruption();
  const { onProgress, end } = createProgressReporter(deps);
  const run = await server
    .call(async (api) => {
      const [{ paused }, { id }] = await Promise.all([
        api.sync.status.query(),
        api.sync.reconcile.mutate({ force }),
      ]);
      if (paused) warn('Sync is paused: the run waits for "latchkey sync resume".');
      return followRun(api, id, {
        signal,
        onRun: ({ progress }) => progress !== null && onProgress(progress),
        onLost: () => warn('The connection was lost; the run continues. Reconnecting.'),
      });
    })
    .finally(end);
  if (run === undefined || run.finishedAt === null) {
    warn('The run continues on the server; "latchkey sync status" shows the result.');
    exitWith(1);
    return;
  }
  if (json) print(JSON.stringify(run));
  else printRun(run, deps);
  if (run.status === 'refused') exitWith(2);
  else if (run.status === 'failed' || (run.report?.failed ?? 0) > 0) exitWith(1);
}

interface Follow {
  readonly onRun: (run: Run) => void;
  /** Called when the connection is lost, before the automatic retry. */
  readonly onLost: () => void;
  /** Aborting it stops following the run, which continues on the server. */
  readonly signal: AbortSignal;
}

/** Milliseconds before a stream is reopened. */
const reopenDelay = 1_000;

/** Returns the finished run, or its last known state when the signal is aborted. */
async function followRun(api: ServerApi, id: string, follow: Follow): Promise<Run | undefined> {
  const { signal } = follow;
  // Prevents the process from exiting while an EventSource waits to reconnect.
  const keepAlive = setInterval(() => {}, 60_000);
  try {
    for (;;) {
      /* oxlint-disable no-await-in-loop -- one stream at a time */
      const run = await readStream(api, id, follow);
      if (signal.aborted || (run !== undefined && run.finishedAt !== null)) return run;
      // The server has stopped. After a restart, or on another replica, the run continues.
      await sleep(reopenDelay, undefined, { signal }).catch(() => {});
      /* oxlint-enable no-await-in-loop */
    }
  } finally {
    clearInterval(keepAlive);
  }
}

async function readStream(
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
    // An EventSource does not report why it was refused, but an ordinary call rejects with the reason.
    await api.sync.status.query();
  }
  return last;
}
