import { MassChangeError, reconcileAll, type Operation } from '@latchkey/directory-sync';
import type { AddCommand, CommandDeps } from '../command-deps.ts';
import { openServer, reportChange } from '../server/connect-server.ts';
import { jsonReport, printReport } from '../sync/print-report.ts';
import { describeRefusal } from '../sync/describe-run.ts';
import { runRemotely } from '../sync/run-remotely.ts';
import { createProgressReporter } from '../sync/progress-reporter.ts';
import { syncDeps } from '../sync/sync-deps.ts';

interface RunOptions {
  readonly force?: boolean;
  readonly remote?: boolean;
  readonly json?: boolean;
}

export const addSyncRun: AddCommand = (program, deps) => {
  program
    .command('plan')
    .description('show the changes that make Permit match Logto; exits with 2 if there are any')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const { onProgress, end } = createProgressReporter(deps);
      const options = { dryRun: true, force: true, onProgress };
      const report = await reconcileAll(syncDeps(deps), options).finally(end);
      if (json) deps.print(jsonReport(report));
      else printReport(report, deps);
      if (report.operations.length > 0) deps.exitWith(2);
    });
  program
    .command('run')
    .description('make Permit match Logto; after an interruption, run it again')
    .option('--force', 'run even if many users lose access')
    .option('--remote', 'run on the server and show the progress; Ctrl-C does not stop it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exits with 2 if it was refused because many users would lose access; with 1 if something failed, or it was stopped.

Example:
  latchkey sync plan
  latchkey sync run --remote`,
    )
    .action(async ({ force = false, remote = false, json = false }: RunOptions) => {
      if (remote) await runRemotely(openServer(deps), { force, json }, deps);
      else await runHere({ force, json }, deps);
    });
};

async function runHere(
  { force, json }: Required<Omit<RunOptions, 'remote'>>,
  deps: CommandDeps,
): Promise<void> {
  const { onProgress, end } = createProgressReporter(deps);
  using signal = deps.interruption();
  let changed = 0;
  const onApplied = (operations: readonly Operation[]): void => {
    changed += operations.length;
  };
  const reportOutcome = async (outcome: 'done' | 'failed'): Promise<void> => {
    if (changed > 0) await reportChange({ action: 'sync.reconcile', outcome, after: { changed } }, deps);
  };
  try {
    const options = { force, signal, onProgress };
    const report = await reconcileAll({ ...syncDeps(deps), onApplied }, options);
    end();
    await reportOutcome('done');
    if (json) deps.print(jsonReport(report));
    else printReport(report, deps);
    if (report.failed.length > 0) deps.exitWith(1);
  } catch (error) {
    end();
    await reportOutcome('failed');
    if (error instanceof MassChangeError) {
      deps.warn(describeRefusal(error));
      deps.exitWith(2);
    } else if (signal.aborted) {
      deps.warn(`Stopped. Changes made: ${changed}. They stay; run the command again for the rest.`);
      deps.exitWith(1);
    } else {
      if (changed > 0) deps.warn(`Changes made: ${changed}. They stay; run the command again for the rest.`);
      throw error;
    }
  }
}
