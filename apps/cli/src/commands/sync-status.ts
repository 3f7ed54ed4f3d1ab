import type { AddCommand } from '../command-deps.ts';
import { findServer } from '../server/connect-server.ts';
import { decisionsIn, printServerStatus, readServerStatus } from '../sync/server-status.ts';
import { syncDeps } from '../sync/sync-deps.ts';
import { printVendorStatus, readVendorStatus } from '../sync/vendor-status.ts';

export const addSyncStatus: AddCommand = (program, deps) => {
  program
    .command('status')
    .description('show the state of sync, the counts of both directories, and the failed deliveries of a day')
    .option('--json', 'print JSON, without what cannot be read')
    .addHelpText(
      'after',
      `
Exits with 2 when something waits for a decision: undelivered events, dead letters, a refused run; with 1 when a part could not be read.
Without LATCHKEY_URL the server is not asked.

Example:
  latchkey sync status --json | jq .server.deliveries.failed`,
    )
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const server = findServer(deps);
      const [atServer, atVendors] = await Promise.allSettled([
        server && readServerStatus(server),
        readVendorStatus(syncDeps(deps)),
      ]);
      const serverStatus = atServer.status === 'fulfilled' ? atServer.value : undefined;
      const vendorStatus = atVendors.status === 'fulfilled' ? atVendors.value : undefined;
      if (json) deps.print(JSON.stringify({ server: serverStatus, ...vendorStatus }));
      else {
        if (serverStatus !== undefined) printServerStatus(serverStatus, deps);
        if (vendorStatus !== undefined) printVendorStatus(vendorStatus, deps);
        if (server === undefined) {
          deps.print('Set LATCHKEY_URL to see the deliveries and runs of the server.');
        }
      }
      if (serverStatus !== undefined && decisionsIn(serverStatus).length > 0) deps.exitWith(2);
      for (const result of [atServer, atVendors]) {
        if (result.status === 'fulfilled') continue;
        deps.warn(result.reason instanceof Error ? result.reason.message : String(result.reason));
        deps.exitWith(1);
      }
    });
};
