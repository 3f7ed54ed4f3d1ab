import { reconcileAll } from '@latchkey/directory-sync';
import type { AddCommand } from '../command-deps.ts';
import { jsonReport, printReport } from '../sync/print-report.ts';
import { createProgressReporter } from '../sync/progress-reporter.ts';
import { syncDeps } from '../sync/sync-deps.ts';

export const addSyncPlan: AddCommand = (program, deps) => {
  program
    .command('plan')
    .description(
      'say what would make Permit what Logto is, and change nothing; exits with 2 when something differs',
    )
    .option('--json', 'the plan as JSON')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const { onProgress, end } = createProgressReporter(deps);
      const report = await reconcileAll(syncDeps(deps), {
        dryRun: true,
        force: true,
        onProgress,
      }).finally(end);
      if (json) deps.print(jsonReport(report));
      else printReport(report, deps);
      if (report.operations.length > 0) deps.exitWith(2);
    });
};
