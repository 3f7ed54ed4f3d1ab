import type { CommandDeps } from '../command-deps.ts';
import type { Server, Drift, SyncStatus } from '../server/connect-server.ts';
import { formatTime, describeRun, describeUndelivered } from './describe-run.ts';
import { readDeliveryLog, type ReconcileDeps } from '@latchkey/directory-sync';

export interface ServerStatus extends SyncStatus {
  readonly url: string;
  /** The last full comparison. */
  readonly drift: Drift;
}

export async function readServerStatus(server: Server): Promise<ServerStatus> {
  const [status, drift] = await server.call((api) =>
    Promise.all([api.sync.status.query(), api.sync.drift.query()]),
  );
  return { url: server.url, ...status, drift };
}

interface Decision {
  readonly says: string;
  readonly fix: string;
  /** Sync works, apart from these users. */
  readonly isNotice?: boolean;
}

/** The decisions that an operator must make. `fix` has the commands. */
export function decisionsIn({
  deliveries: { failed: dead },
  undelivered,
  lastReal,
}: Pick<SyncStatus, 'deliveries' | 'undelivered' | 'lastReal'>): Decision[] {
  const decisions: Decision[] = [];
  if (undelivered !== null) decisions.push(describeUndelivered(undelivered));
  if (dead > 0) {
    decisions.push({
      says: `${dead} ${dead === 1 ? 'dead letter waits' : 'dead letters wait'}: these users might have wrong roles in Permit.`,
      fix: 'latchkey sync deliveries --status dead-letter shows why; fix the cause, then latchkey sync replay --dead.',
      isNotice: true,
    });
  }
  if (lastReal?.status === 'refused') {
    decisions.push({
      says: 'The last run was refused: many users would have lost access.',
      fix: 'latchkey sync plan shows what it would remove, latchkey sync run --remote --force removes it.',
    });
  }
  return decisions;
}

export function printServerStatus(status: ServerStatus, { print }: Pick<CommandDeps, 'print'>): void {
  const { url, mode, state, paused, deliveries, delayed, oldestPendingAt, runs, drift } = status;
  print(
    `${url} ${mode === 'payloads' ? 'uses only the payloads of webhooks' : 'reads the state from Logto'}.`,
  );
  if (paused) print('Sync is paused: run "latchkey sync resume".');
  const { pending, applied, ignored, failed } = deliveries;
  print(
    `Deliveries: ${pending} waiting, ${applied} applied, ${ignored} ignored, ${failed} dead ${failed === 1 ? 'letter' : 'letters'}.`,
  );
  if (delayed !== null) {
    const { count, since, failure } = delayed;
    const why = failure === null ? '' : `: ${failure.code}, ${failure.detail}`;
    print(`Sync is ${state}: ${count} not applied since ${formatTime(since)}${why}. They are retried.`);
  } else if (oldestPendingAt !== null) print(`The oldest has waited since ${formatTime(oldestPendingAt)}.`);
  const [last] = runs;
  print(`Last run: ${last === undefined ? 'none yet' : describeRun(last)}.`);
  if (drift !== null) {
    const unknown = drift.unknownSince === null ? '' : ` Unknown since ${formatTime(drift.unknownSince)}.`;
    print(
      `Drift, last found ${formatTime(drift.finishedAt ?? drift.createdAt)}: ${drift.corrected} corrected, ${drift.open} open.${unknown}`,
    );
  }
  for (const { says, fix } of decisionsIn(status)) print(`${says} ${fix}`);
}

const day = 86_400_000;

/** Unlike a plan, it does not read all users and organizations. */
export async function readLogtoStatus({ logto }: ReconcileDeps) {
  const now = Date.now();
  const [users, organizations, { failed }] = await Promise.all([
    totalOf((onTotal) => logto.users({ onTotal })),
    totalOf((onTotal) => logto.organizations({ onTotal })),
    readDeliveryLog(logto, { from: now - day, to: now, hooksOf: (hooks) => hooks }),
  ]);
  const lastFailedAt = failed.reduce((latest, { at }) => Math.max(latest, at), 0);
  return { logto: { users, organizations }, failedDeliveries: failed.length, lastFailedAt };
}

export async function readPermitStatus({ permit }: ReconcileDeps) {
  return { permit: { tenants: await count(permit.reads.tenants()) } };
}

/** The counts from both vendors. Those that could not be read are absent. */
type VendorStatus = Partial<
  Awaited<ReturnType<typeof readLogtoStatus>> & Awaited<ReturnType<typeof readPermitStatus>>
>;

/** `isRecovering`: the server reads failed deliveries from Logto's log itself. */
export function printVendorStatus(
  status: VendorStatus,
  { print, isRecovering }: Pick<CommandDeps, 'print'> & { readonly isRecovering: boolean },
): void {
  const { logto, permit, failedDeliveries: failed = 0, lastFailedAt = 0 } = status;
  if (logto !== undefined) print(`Logto has ${logto.users} users and ${logto.organizations} organizations.`);
  if (permit !== undefined) print(`Permit has ${permit.tenants} tenants; "sync plan" compares everything.`);
  if (logto === undefined) return;
  const last = formatTime(new Date(lastFailedAt).toISOString());
  const advice = isRecovering
    ? 'The server reads them from the log.'
    : `Run "sync recover" unless it has run since the last one, ${last}.`;
  print(`${undelivered(failed, 24)}${failed > 0 ? ` ${advice}` : ''}`);
}

/** Describes deliveries that Logto gave up on. Unlike dead letters, they never reached the server. */
export function undelivered(count: number, hours: number): string {
  const events = count === 1 ? 'event' : 'events';
  return `According to its log, Logto could not deliver ${count} ${events} in the last ${hours} hours.`;
}

/** Reads the total from the first page. */
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
