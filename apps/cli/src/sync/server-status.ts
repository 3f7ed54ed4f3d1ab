import type { CommandDeps } from '../command-deps.ts';
import type { Server, Drift, SyncStatus } from '../server/connect-server.ts';
import { formatTime, describeRun, describeUndelivered } from './describe-run.ts';

/** The state of sync on the server. */
export interface ServerStatus extends SyncStatus {
  readonly url: string;
  /** The last full comparison. */
  readonly drift: Drift;
}

/** Reads the state of sync from the server. @throws {ActionableError} */
export async function readServerStatus(server: Server): Promise<ServerStatus> {
  const [status, drift] = await server.call((api) =>
    Promise.all([api.sync.status.query(), api.sync.drift.query()]),
  );
  return { url: server.url, ...status, drift };
}

/** The decisions that an operator must make: one line each, with the commands for it. */
export function decisionsIn({
  deliveries,
  undelivered,
  lastReal,
}: Pick<ServerStatus, 'deliveries' | 'undelivered' | 'lastReal'>): string[] {
  const lost = undelivered && describeUndelivered(undelivered);
  return [
    ...(lost === null ? [] : [`${lost.says} ${lost.fix}`]),
    ...(deliveries.failed > 0
      ? [
          `Dead letters wait: "latchkey sync deliveries --status dead-letter" shows why, "latchkey sync replay --dead" retries.`,
        ]
      : []),
    ...(lastReal?.status === 'refused'
      ? [
          `The last run was refused: "latchkey sync plan" shows what it would remove, "latchkey sync run --remote --force" removes it.`,
        ]
      : []),
  ];
}

/** Prints the state of sync on the server. */
export function printServerStatus(status: ServerStatus, { print }: Pick<CommandDeps, 'print'>): void {
  const { url, mode, paused, deliveries, oldestPendingAt, runs, drift } = status;
  print(
    `${url} ${mode === 'payloads' ? 'uses only the payloads of webhooks' : 'reads the state from Logto'}.`,
  );
  if (paused) print('Sync is paused: run "latchkey sync resume".');
  const { pending, applied, ignored, failed } = deliveries;
  print(
    `Deliveries: ${pending} waiting, ${applied} applied, ${ignored} ignored, ${failed} dead ${failed === 1 ? 'letter' : 'letters'}.`,
  );
  if (oldestPendingAt !== null) print(`The oldest has waited since ${formatTime(oldestPendingAt)}.`);
  const [last] = runs;
  print(`Last run: ${last === undefined ? 'none yet' : describeRun(last)}.`);
  if (drift !== null) {
    print(
      `Drift, last found ${formatTime(drift.finishedAt ?? drift.createdAt)}: ${drift.corrected} corrected, ${drift.open} open.`,
    );
  }
  for (const line of decisionsIn(status)) print(line);
}
