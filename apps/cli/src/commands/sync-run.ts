import { reconcileAll } from '@latchkey/directory-sync';
import type { AddCommand } from '../command-deps.ts';
import { jsonReport, printReport } from '../sync/print-report.ts';
import { showProgress } from '../sync/show-progress.ts';
import { syncDeps } from '../sync/sync-deps.ts';

interface RunOptions {
  readonly force?: boolean;
  readonly json?: boolean;
}

export const addSyncRun: AddCommand = (program, deps) => {
  program
    .command('run')
    .description('make Permit what Logto is; stopped halfway, run it again: what is done is not done twice')
    .option('--force', 'even though many users would lose something')
    .option('--json', 'what was done as JSON')
    .action(async ({ force = false, json = false }: RunOptions) => {
      const { onProgress, end } = showProgress(deps);
      const signal = deps.interruption?.();
      let done = 0;
      try {
        const report = await reconcileAll(syncDeps(deps), {
          force,
          ...(signal === undefined ? {} : { signal }),
          onProgress: (progress) => {
            if (progress.step === 'applying') ({ done } = progress);
            onProgress(progress);
          },
        });
        end();
        if (json) deps.print(jsonReport(report));
        else printReport(report, deps);
        if (report.failed.length > 0) deps.exitWith(1);
      } catch (error) {
        end();
        if (signal?.aborted !== true) throw error;
        deps.warn(`Stopped; ${done} changes are made. Run it again for the rest.`);
        deps.exitWith(1);
      }
    });
};
