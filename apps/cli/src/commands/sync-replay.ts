import type { Subject } from '@latchkey/directory-sync';
import { Option } from 'commander';
import { ActionableError } from '../actionable-error.ts';
import type { AddCommand } from '../command-deps.ts';
import { openServer, type Server } from '../server/connect-server.ts';
import { reconcileSubjects } from '../sync/reconcile-subjects.ts';
import { parseSubject } from '../options.ts';
import { syncDeps } from '../sync/sync-deps.ts';

interface ReplayOptions {
  readonly dead?: boolean;
  readonly delivery?: readonly string[];
}

export const addSyncReplay: AddCommand = (program, deps) => {
  const command = program
    .command('replay')
    .description('reconcile users and organizations again, or retry deliveries on the server')
    .argument('[subjects...]', 'user:<id> or organization:<id>, with the ids from Logto', collect)
    .addOption(new Option('--dead', 'all dead letters of the server').conflicts('delivery'))
    .option('--delivery <id...>', 'these deliveries of the server, by id or its beginning')
    .addHelpText(
      'after',
      `
Exits with 1 when a delivery could not be tried again: unknown, ignored, or waiting already.

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
      deps.print(`${replayed} deliveries are pending again; "latchkey sync status" shows their progress.`);
      if (ids !== undefined && replayed < new Set(ids).size) {
        deps.warn('The others are unknown, were ignored, or wait already.');
        deps.exitWith(1);
      }
    });
};

/** Returns the id of the only delivery with this prefix, or the prefix itself, which the server then refuses. */
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
