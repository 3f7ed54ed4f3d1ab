import {
  failedDeliveries,
  isRemoval,
  logtoIdOf,
  malformedPart,
  MassChangeError,
  reconcileAll,
  type DirectoryMapping,
  type LogtoManagement,
  type Operation,
  type PermitFacts,
  type Progress,
  type ReconcileReport,
  userKey,
} from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import { failureOf } from '../failure.ts';
import type { DeliveryStore } from '../inbox/delivery-store.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Revocations } from '../revocations/revocations.ts';
import { describeWithSubject } from '../worker/describe-operation.ts';
import type { RunProblem, RunReport } from './run.ts';
import type { Run, RunStore } from './run-store.ts';
import type { SyncedUsers } from '../synced-users.ts';
import type { RecordSync } from '../sync-records.ts';
import type { SyncState } from './sync-state.ts';

export interface ExecuteRunDeps {
  readonly logto: LogtoManagement;
  readonly permit: PermitFacts;
  readonly mapping: DirectoryMapping;
  readonly runs: RunStore;
  readonly state: SyncState;
  readonly inbox: Inbox;
  readonly deliveries: DeliveryStore;
  readonly revocations: Revocations;
  readonly enqueue: (subjects: readonly string[], options: { readonly force: true }) => Promise<void>;
  /** Asks Logto for the status of a user (Logto's id) and records it. */
  readonly checkStatus: (id: string) => Promise<void>;
  /** Told of all users by a run that is not a dry run. */
  readonly openReading: SyncedUsers['openReading'];
  readonly record: RecordSync;
  /** Called when the facts of many users changed. */
  readonly onFactsChanged: () => void;
  /** Called whenever the run has new progress or has ended. */
  readonly onProgress: (runId: string) => void;
  readonly log: Logger;
}

const day = 86_400_000;
/** Milliseconds. Logto writes a log entry when the attempt has ended, up to ten seconds after it began. */
const overlap = 600_000;
/** Users whose status is asked at the same time. */
const statusChecks = 8;
/** Days for which settled deliveries are kept. */
const retentionDays = 30;

/**
 * Executes a run: first the deliveries that Logto could not make, then the whole directory. The result is stored with the
 * run. Rejects only when the signal aborts or the database fails.
 */
export function createExecuteRun(deps: ExecuteRunDeps): (id: string, signal: AbortSignal) => Promise<void> {
  const { runs, deliveries, log, onProgress } = deps;
  return async (id, signal) => {
    const run = await runs.start(id);
    if (run === undefined) return;
    onProgress(id);
    try {
      const report = await reconcile(run, deps, signal);
      await runs.finish(id, report);
      await deliveries.deleteOlderThan(retentionDays);
      log.info({ run: id, changes: report.changes, failed: report.failed }, 'directory reconciled');
    } catch (error) {
      if (signal.aborted) throw error;
      const problem = problemOf(error);
      await runs.fail(id, problem);
      log.error({ run: id, code: problem.code }, 'the directory could not be reconciled');
    } finally {
      onProgress(id);
    }
  };
}

function problemOf(error: unknown): RunProblem {
  if (error instanceof MassChangeError) {
    const { code, affected, allowed, total, message } = error;
    return { code, affected, allowed, total, message };
  }
  const { detail, ...failure } = failureOf(error);
  return { ...failure, message: detail };
}

async function reconcile(run: Run, deps: ExecuteRunDeps, signal: AbortSignal): Promise<RunReport> {
  const began = new Date();
  let stored = Promise.resolve();
  const reading = deps.openReading();
  const recovered = run.dryRun ? 0 : await recover(deps);
  const report = await reconcileAll(
    { ...deps, onApplied: deps.record({ kind: 'run', id: run.id }) },
    {
      dryRun: run.dryRun,
      force: run.force,
      signal,
      onUsers: reading.add,
      onProgress: throttled((progress) => {
        stored = stored
          .then(() => deps.runs.progress(run.id, progress))
          .then(
            () => deps.onProgress(run.id),
            () => {}, // The next progress replaces this one.
          );
      }),
    },
  );
  await stored;
  const { operations } = report;
  if (!run.dryRun) {
    if (operations.length > 0) deps.onFactsChanged();
    await correctAccountStatuses(report, deps);
    await deps.revocations.recordRun(began);
    await reading.finish();
    // Subjects that changed during the run are reconciled again: the run may have overwritten a newer state.
    await deps.enqueue(await deps.deliveries.subjectsReceivedSince(began), { force: true });
  }
  return {
    users: report.users,
    tenants: report.tenants,
    changes: countByKind(operations),
    sample: [...operations.filter(isRemoval), ...operations.filter((one) => !isRemoval(one))]
      .slice(0, 100)
      .map(describeWithSubject),
    failed: report.failed.length,
    recovered,
  };
}

/** Receives the deliveries that Logto could not make, from Logto's log. Returns how many are new. */
async function recover({ logto, state, inbox }: ExecuteRunDeps): Promise<number> {
  const now = Date.now();
  const from = Math.max((await state.recoveredUntil()) ?? 0, now - 7 * day) - overlap;
  const failed = await failedDeliveries(logto, { from, to: now, isOwnEndpoint });
  const usable = failed.filter(({ event }) => malformedPart(event) === undefined);
  const results = await Promise.all(
    usable.map(({ body, event }) => inbox.receive(Buffer.from(body), event, 'recovered')),
  );
  await state.setRecoveredUntil(now);
  return results.filter((result) => result === 'accepted').length;
}

/** The server does not know its own public address; the path of its endpoint is always this. */
function isOwnEndpoint(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.endsWith('/api/webhooks/logto');
}

/** Records the account statuses that the run found, also of users without any delivery. */
async function correctAccountStatuses(
  { operations, present, suspended }: ReconcileReport,
  { revocations, checkStatus, enqueue }: ExecuteRunDeps,
): Promise<void> {
  const gone = operations.flatMap((one) => (one.kind === 'delete-user' ? [logtoIdOf(one.key)] : []));
  await Promise.all(gone.map((id) => revocations.record(id, 'gone')));
  // The run read Logto a while ago, so each of these users is asked about again.
  const stillSuspended = new Set(suspended);
  const newlySuspended = suspended.filter((id) => !revocations.isRevoked(userKey(id)));
  const reactivated = (await revocations.suspended()).filter((id) => !stillSuspended.has(id));
  const missing = await revocations.activeExcept(present);
  const doubtful = [...newlySuspended, ...reactivated, ...missing];
  const queue = doubtful.values();
  const check = async (): Promise<void> => {
    for (const id of queue) await checkStatus(id); // oxlint-disable-line no-await-in-loop -- one after the other
  };
  await Promise.all(Array.from({ length: Math.min(statusChecks, doubtful.length) }, check));
  await enqueue(
    doubtful.map((id) => `user:${id}`),
    { force: true },
  );
}

function countByKind(operations: readonly Operation[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(operations, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length]),
  );
}

/** At most four times a second, and whenever the step changes. */
function throttled(report: (progress: Progress) => void): (progress: Progress) => void {
  let last = 0;
  let step: string | undefined;
  return (progress) => {
    if (progress.step === step && Date.now() - last < 250) return;
    last = Date.now();
    ({ step } = progress);
    report(progress);
  };
}
