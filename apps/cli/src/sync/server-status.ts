import type { CommandDeps } from '../command-deps.ts';
import type { Server } from '../server/connect-server.ts';
import type { Drift, SyncStatus } from './answers.ts';
import { moment } from './moment.ts';
import { runText } from './run-text.ts';

/** How many waiting deliveries are looked at for the oldest; beyond them it is only known to be older. */
const looked = 100;

export interface ServerStatus extends SyncStatus {
  readonly url: string;
  /** ISO 8601; `orOlder` where more wait than were looked at. */
  readonly oldestWaiting: { readonly receivedAt: string; readonly orOlder: boolean } | null;
  /** The last comparison of everything. */
  readonly drift: Drift;
}

/** How directory sync stands at the server. @throws {ActionableError} */
export async function readServerStatus(server: Server): Promise<ServerStatus> {
  const [status, drift, waiting] = await server.ask((api) =>
    Promise.all([
      api.sync.status.query(),
      api.sync.drift.query(),
      api.sync.deliveries.query({ status: 'pending', limit: looked }),
    ]),
  );
  const oldest = waiting.items.at(-1);
  return {
    url: server.url,
    ...status,
    oldestWaiting: oldest ? { receivedAt: oldest.receivedAt, orOlder: waiting.nextCursor !== null } : null,
    drift,
  };
}

/** What somebody has to decide, a line each with the commands for it. */
export function decisionsIn({ deliveries, runs }: Pick<ServerStatus, 'deliveries' | 'runs'>): string[] {
  const last = runs.find(({ dryRun, finishedAt }) => !dryRun && finishedAt !== null);
  return [
    ...(deliveries.failed > 0
      ? [
          `Dead letters wait: "latchkey sync deliveries --status failed" says why, "latchkey sync replay --dead" tries again.`,
        ]
      : []),
    ...(last?.status === 'refused'
      ? [
          `The last run was refused: "latchkey sync plan" says what it would take, "latchkey sync run --remote --force" takes it.`,
        ]
      : []),
  ];
}

export function printServerStatus(status: ServerStatus, { print }: Pick<CommandDeps, 'print'>): void {
  const { url, mode, paused, deliveries, oldestWaiting, runs, drift } = status;
  print(`${url} ${mode === 'payloads' ? 'knows only what webhooks say' : 'asks Logto what is true'}.`);
  if (paused) print('Sync is paused: "latchkey sync resume" ends that.');
  const { pending, applied, ignored, failed } = deliveries;
  print(`Deliveries: ${pending} waiting, ${applied} applied, ${ignored} ignored, ${failed} dead.`);
  if (oldestWaiting !== null) {
    print(
      `The oldest waits since ${moment(oldestWaiting.receivedAt)}${oldestWaiting.orOlder ? ' or longer' : ''}.`,
    );
  }
  const [last] = runs;
  print(`Last run: ${last === undefined ? 'none yet' : runText(last)}.`);
  if (drift !== null) {
    print(
      `Drift, last found ${moment(drift.finishedAt ?? drift.createdAt)}: ${drift.corrected} corrected, ${drift.open} open.`,
    );
  }
  for (const line of decisionsIn(status)) print(line);
}
