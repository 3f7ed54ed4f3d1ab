import { failedDeliveries } from '@latchkey/directory-sync';
import type { AddCommand } from '../command-deps.ts';
import { syncDeps } from '../sync/sync-deps.ts';

const day = 86_400_000;

export const addSyncStatus: AddCommand = (program, deps) => {
  program
    .command('status')
    .description(
      'count both directories and the deliveries that failed in a day; cheap, where a plan reads everything',
    )
    .option('--json', 'as JSON')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const { logto, permit } = syncDeps(deps);
      const now = Date.now();
      const [logtoUsers, organizations, tenants, failed] = await Promise.all([
        totalOf((onTotal) => logto.users({ onTotal })),
        totalOf((onTotal) => logto.organizations({ onTotal })),
        count(permit.reads.tenants()),
        failedDeliveries(logto, { from: now - day, to: now, isOurs: () => true }),
      ]);
      const status = {
        logto: { users: logtoUsers, organizations },
        permit: { tenants },
        failedDeliveries: failed.length,
      };
      if (json) deps.print(JSON.stringify(status));
      else {
        deps.print(`Logto has ${logtoUsers} users and ${organizations} organizations.`);
        deps.print(`Permit has ${tenants} tenants; "sync plan" compares everything.`);
        deps.print(
          `${failed.length} deliveries failed in the last 24 hours${failed.length > 0 ? '; see "sync recover"' : ''}.`,
        );
      }
    });
};

/** Only the first page is read: it says how many there are. */
async function totalOf(
  pages: (onTotal: (total: number) => void) => AsyncGenerator<unknown[], void>,
): Promise<number> {
  let total = 0;
  const source = pages((count) => {
    total = count;
  });
  await source.next();
  await source.return();
  return total;
}

async function count(pages: AsyncGenerator<unknown[], void>): Promise<number> {
  let all = 0;
  for await (const page of pages) all += page.length;
  return all;
}
