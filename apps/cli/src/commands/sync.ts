import type { Subject } from '@latchkey/directory-sync';
import { Option } from 'commander';
import type { AddCommand } from '../command-deps.ts';
import { addSyncDeliveries } from './sync-deliveries.ts';
import { addSyncRecover } from './sync-recover.ts';
import { addSyncRun } from './sync-run.ts';
import { openServer, type Server, findServer } from '../server/connect-server.ts';
import { ActionableError, messageOf } from '../actionable-error.ts';
import { explainVendorFailure } from '../explain-vendor-failure.ts';
import { describeMetrics } from '../sync/server-metrics.ts';
import { parseSubject, reconcileSubjects } from '../sync/reconcile-subjects.ts';
import { syncDeps } from '../sync/sync-deps.ts';
import {
  decisionsIn,
  printServerStatus,
  readServerStatus,
  printVendorStatus,
  readLogtoStatus,
  readPermitStatus,
} from '../sync/status.ts';

export const addSync: AddCommand = (program, deps) => {
  const sync = program.command('sync');
  addSyncStatus(sync, deps);
  addSyncRun(sync, deps);
  addSyncDeliveries(sync, deps);
  addSyncReplay(sync, deps);
  addSyncRecover(sync, deps);
  addSyncPause(sync, deps);
};

const addSyncPause: AddCommand = (program, deps) => {
  program
    .command('pause')
    .description('stop writing to Permit on all replicas; deliveries are still stored')
    .addHelpText(
      'after',
      '\nExample:\n  latchkey sync pause && latchkey policy apply && latchkey sync resume',
    )
    .action(async () => {
      await openServer(deps).call((api) => api.sync.pause.mutate());
      deps.print('Sync is paused: deliveries are stored and wait for "latchkey sync resume".');
    });
  program
    .command('resume')
    .description('process the deliveries that wait after a pause')
    .addHelpText('after', '\nExample:\n  latchkey sync resume')
    .action(async () => {
      await openServer(deps).call((api) => api.sync.resume.mutate());
      deps.print('Sync continues with the waiting deliveries.');
    });
};

interface ReplayOptions {
  readonly dead?: boolean;
  readonly delivery?: readonly string[];
}

const addSyncReplay: AddCommand = (program, deps) => {
  const command = program
    .command('replay')
    .description('reconcile users and organizations again, or retry deliveries on the server')
    .argument('[subjects...]', 'user:<id> or organization:<id>, with the ids from Logto', collect)
    .addOption(new Option('--dead', 'all dead letters of the server').conflicts('delivery'))
    .option('--delivery <id...>', 'these deliveries of the server, by id or its beginning')
    .addHelpText(
      'after',
      `
Exits with 1 if a delivery cannot be retried: it is unknown, ignored, or already waiting.

Examples:
  latchkey sync replay user:dy6ffbz3ca5d organization:k2b8q1
  latchkey sync replay --dead`,
    )
    .action(async (subjects: readonly Subject[], { dead = false, delivery: ids }: ReplayOptions) => {
      if (subjects.length > 0 === (dead || ids !== undefined)) {
        command.error('error: name subjects, or --dead, or deliveries by --delivery');
      }
      if (subjects.length > 0) return reconcileSubjects(subjects, syncDeps(deps), deps);
      const server = openServer(deps);
      const input =
        ids === undefined
          ? { dead: true as const }
          : { ids: await Promise.all(ids.map((id) => wholeId(server, id))) };
      const { replayed } = await server.call((api) => api.sync.replay.mutate(input));
      const deliveries = replayed === 1 ? '1 delivery is' : `${replayed} deliveries are`;
      deps.print(`${deliveries} pending again; "latchkey sync status" shows the progress.`);
      if (ids !== undefined && replayed < new Set(ids).size) {
        deps.warn('The others are unknown, were ignored, or are already pending.');
        deps.exitWith(1);
      }
    });
};

/** Returns an unknown prefix unchanged: the server then refuses it. */
async function wholeId(server: Server, beginning: string): Promise<string> {
  try {
    return (await server.call((api) => api.sync.delivery.query({ id: beginning }))).id;
  } catch (error) {
    if (error instanceof ActionableError && error.code === 'NOT_FOUND') return beginning;
    throw error;
  }
}

function collect(name: string, before: readonly Subject[] | undefined): Subject[] {
  return [...(before ?? []), parseSubject(name)];
}

const addSyncStatus: AddCommand = (program, deps) => {
  program
    .command('status')
    .description(
      'show the state of sync, the counts of both directories, and the failed deliveries of the last day',
    )
    .option('--json', 'print JSON; omits what cannot be read')
    .addHelpText(
      'after',
      `
Exits with 2 if something needs a decision: undelivered events, dead letters, a refused run; with 1 if a part could not be read.
Without LATCHKEY_URL, it does not call the server.

Example:
  latchkey sync status --json | jq .server.deliveries.failed`,
    )
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const given = Promise.resolve(deps);
      const server = given.then(findServer);
      const vendors = given.then(syncDeps).catch(async (error: unknown) => {
        // If it also fails, its error lists Logto's missing settings as well.
        await server;
        throw error;
      });
      const [atServer, atLogto, atPermit] = await Promise.allSettled([
        server.then((found) => found && readServerStatus(found)),
        vendors.then(readLogtoStatus),
        vendors.then(readPermitStatus),
      ]);
      const serverStatus = valueOf(atServer);
      const vendorStatus = { ...valueOf(atLogto), ...valueOf(atPermit) };
      if (json) deps.print(JSON.stringify({ server: serverStatus, ...vendorStatus }));
      else {
        if (serverStatus !== undefined) printServerStatus(serverStatus, deps);
        else if (atServer.status === 'rejected' && isLogtoDown(atServer.reason))
          deps.print(await describeMetrics(deps));
        printVendorStatus(vendorStatus, { ...deps, isRecovering: serverStatus?.mode === 'management-api' });
        if (atServer.status === 'fulfilled' && serverStatus === undefined) {
          deps.print('Set LATCHKEY_URL to see the deliveries and runs of the server.');
        }
      }
      if (serverStatus !== undefined && decisionsIn(serverStatus).length > 0) deps.exitWith(2);
      const failures = [atServer, atLogto, atPermit].flatMap((result) =>
        result.status === 'rejected' ? [explainVendorFailure(result.reason)] : [],
      );
      const messages = failures.map(messageOf);
      for (const message of new Set(messages)) deps.warn(message);
      if (failures.length > 0) deps.exitWith(1);
    });
};

/** Whether the server could not be called because Logto issued no token. */
function isLogtoDown(error: unknown): boolean {
  return error instanceof ActionableError && ['LOGTO_UNREACHABLE', 'LOGTO_UNAVAILABLE'].includes(error.code);
}

function valueOf<Value>(result: PromiseSettledResult<Value>): Value | undefined {
  return result.status === 'fulfilled' ? result.value : undefined;
}
