import type { CommandDeps } from '../command-deps.ts';
import type { Server } from '../server/connect-server.ts';
import { followRun } from './follow-run.ts';
import { printRun } from './print-report.ts';
import { createProgressReporter } from './progress-reporter.ts';

/** The options of `sync run` that also apply to `--remote`. */
export interface RemoteRunOptions {
  readonly force: boolean;
  readonly json: boolean;
}

/** Starts a run on the server, and follows it to its end. */
export async function runRemotely(
  server: Server,
  { force, json }: RemoteRunOptions,
  deps: CommandDeps,
): Promise<void> {
  const { warn, print, exitWith } = deps;
  const signal = deps.interruption?.() ?? new AbortController().signal;
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
    warn('The run goes on at the server; "latchkey sync status" shows the result.');
    exitWith(1);
    return;
  }
  if (json) print(JSON.stringify(run));
  else printRun(run, deps);
  if (run.status === 'refused') exitWith(2);
  else if (run.status === 'failed' || (run.report?.failed ?? 0) > 0) exitWith(1);
}
