import { failedDeliveries, subjectsOf } from '@latchkey/directory-sync';
import { InvalidArgumentError, Option } from 'commander';
import type { AddCommand } from '../command-deps.ts';
import { reconcileSubjects } from '../sync/reconcile-subjects.ts';
import { syncDeps } from '../sync/sync-deps.ts';

const hour = 3_600_000;

export const addSyncRecover: AddCommand = (program, deps) => {
  program
    .command('recover')
    .description(
      'find the webhooks that Logto could not deliver in its own log, and look at whom they were about',
    )
    .addOption(new Option('--hours <number>', 'how far back').argParser(positive).default(24))
    .option('--any-hook', 'also of hooks that lead to other addresses than …/api/webhooks/logto')
    .action(async ({ hours, anyHook = false }: { readonly hours: number; readonly anyHook?: boolean }) => {
      const sync = syncDeps(deps);
      const now = Date.now();
      const failed = await failedDeliveries(sync.logto, {
        from: now - hours * hour,
        to: now,
        isOwnEndpoint: (url) => anyHook || new URL(url).pathname.endsWith('/api/webhooks/logto'),
      });
      const subjects = failed.flatMap(({ event }) => subjectsOf(event));
      deps.print(`${failed.length} deliveries failed in the last ${hours} hours.`);
      await reconcileSubjects(subjects, sync, deps);
    });
};

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('A number of hours, please.');
}
