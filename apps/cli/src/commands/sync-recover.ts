import { readDeliveryLog, subjectsOf } from '@latchkey/directory-sync';
import { ActionableError } from '../actionable-error.ts';
import type { AddCommand, CommandDeps } from '../command-deps.ts';
import { isOwnEndpoint } from '../webhook/endpoint.ts';
import { wholeNumber } from '../options.ts';
import { findServer } from '../server/connect-server.ts';
import { reconcileSubjects } from '../sync/reconcile-subjects.ts';
import { runRemotely } from '../sync/run-remotely.ts';
import { syncDeps } from '../sync/sync-deps.ts';
import { undelivered } from '../sync/status.ts';

const hour = 3_600_000;

interface RecoverOptions {
  readonly hours: number;
  readonly anyHook?: boolean;
  readonly here?: boolean;
}

export const addSyncRecover: AddCommand = (program, deps) => {
  program
    .command('recover')
    .description("recover failed deliveries from Logto's log, then compare all users")
    .option('--here', 'without the server: reconcile the subjects of the failed deliveries')
    .option(
      '--hours <number>',
      'without the server: hours of the log to read',
      wholeNumber(1, 9_999, 'hours'),
      24,
    )
    .option('--any-hook', 'without the server: also read webhooks whose path is not …/api/webhooks/logto')
    .addHelpText(
      'after',
      `
Without --here, the server at LATCHKEY_URL does it. If no server answers, this command does.
Exits with 2 if the server refused because many users would lose access; with 1 if something failed.`,
    )
    .action(async (options: RecoverOptions) => {
      if (options.here !== true && (await recoverAtServer(deps))) return;
      await recoverHere(options, deps);
      deps.warn(
        "Only Logto and Permit were compared: the server's own list of suspended and deleted accounts is corrected at its next start or sweep.",
      );
    });
};

/** Returns false if no server is configured or none answers. */
async function recoverAtServer(deps: CommandDeps): Promise<boolean> {
  const server = findServer(deps);
  if (server === undefined) return false;
  try {
    await runRemotely(server, { force: false, json: false }, deps);
    return true;
  } catch (error) {
    if (!(error instanceof ActionableError) || error.code !== 'SERVER_UNREACHABLE') throw error;
    deps.warn(`${error.says} Comparing Logto and Permit here instead.`);
    return false;
  }
}

async function recoverHere({ hours, anyHook = false }: RecoverOptions, deps: CommandDeps): Promise<void> {
  const sync = syncDeps(deps);
  const now = Date.now();
  const { failed } = await readDeliveryLog(sync.logto, {
    from: now - hours * hour,
    to: now,
    hooksOf: (hooks) => hooks.filter(({ config }) => anyHook || isOwnEndpoint(config.url ?? '')),
  });
  const subjects = failed.flatMap(({ event }) => subjectsOf(event));
  deps.print(undelivered(failed.length, hours));
  await reconcileSubjects(subjects, sync, deps);
}
