import {
  isRemoval,
  logtoIdOf,
  MassChangeError,
  reconcileAll,
  type DirectoryMapping,
  type LogtoManagement,
  type Operation,
  type PermitFacts,
  type Progress,
} from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import { failureOf } from '../failure.ts';
import type { DeliveryStore } from '../inbox/delivery-store.ts';
import { correctStatuses, type CorrectStatusesDeps } from '../revocations/correct-statuses.ts';
import type { Revocations } from '../revocations/revocations.ts';
import { recoverDeliveries, type RecoverDeps } from '../undelivered/recover-deliveries.ts';
import { describeWithSubject, type SyncedUsers, type RecordSync } from '../sync-records.ts';
import type { RunProblem, RunReport } from './run.ts';
import type { Run, RunStore } from './run-store.ts';
import type { SyncState } from './sync-state.ts';

export interface ExecuteRunDeps extends RecoverDeps, CorrectStatusesDeps {
  readonly logto: LogtoManagement;
  readonly permit: PermitFacts;
  readonly mapping: DirectoryMapping;
  readonly runs: RunStore;
  readonly state: SyncState;
  readonly deliveries: DeliveryStore;
  readonly revocations: Revocations;
  /** Starts a read of all users, which is completed unless the run is a dry run. */
  readonly openReading: SyncedUsers['openReading'];
  readonly record: RecordSync;
  readonly onFactsChanged: () => void;
  readonly onProgress: (runId: string) => void;
  readonly log: Logger;
}

const day = 86_400_000;
/** Milliseconds by which the periods read from Logto's log overlap: Logto logs an attempt up to ten seconds late. */
const overlap = 600_000;
const retentionDays = 30;

/**
 * Executes a run: first receives the deliveries that Logto could not make, then reconciles the whole directory. Stores
 * failures with the run; rejects only if the signal is aborted or the database fails.
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
      if (report.untrusted.length > 0)
        log.error(
          { run: id, attributes: report.untrusted },
          'users can edit attributes, which sync therefore ignores',
        );
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

async function reconcile(
  run: Run,
  deps: ExecuteRunDeps,
  signal: AbortSignal,
): Promise<RunReport & Required<Pick<RunReport, 'untrusted'>>> {
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
    const gone = operations.flatMap((one) => (one.kind === 'delete-user' ? [logtoIdOf(one.key)] : []));
    for (const id of gone) await deps.revocations.record(id, 'gone'); // oxlint-disable-line no-await-in-loop -- a forced run may delete thousands
    await correctStatuses(report, deps);
    await deps.revocations.recordRun(began);
    await reading.finish();
    // Subjects that changed during the run are reconciled again, because the run may have overwritten a newer state.
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
    untrusted: report.untrusted,
  };
}

/** Receives the deliveries that Logto could not make since the last run. Returns the number of new deliveries. */
async function recover(deps: ExecuteRunDeps): Promise<number> {
  const to = Date.now();
  const from = Math.max((await deps.state.recoveredUntil()) ?? 0, to - 7 * day) - overlap;
  const recovered = await recoverDeliveries({ from, to }, deps);
  await deps.state.setRecoveredUntil(to);
  return recovered;
}

function countByKind(operations: readonly Operation[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(operations, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length]),
  );
}

/** Limits reports to four a second, except when the step changes. */
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
