import {
  failedDeliveries,
  isRemoval,
  logtoIdOf,
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
import type { Revocations } from '../auth/revocations.ts';
import type { DeliveryStore } from '../inbox/delivery-store.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { describeWithSubject } from './describe-operation.ts';
import { failureOf } from './failure.ts';
import type { RunProblem, RunReport } from './run.ts';
import type { Run, Runs } from './runs.ts';
import type { SyncState } from './sync-state.ts';

export interface RunDeps {
  readonly logto: LogtoManagement;
  readonly permit: PermitFacts;
  readonly mapping: DirectoryMapping;
  readonly runs: Runs;
  readonly state: SyncState;
  readonly inbox: Inbox;
  readonly deliveries: DeliveryStore;
  readonly revocations: Revocations;
  readonly enqueue: (subjects: readonly string[], options: { readonly force: true }) => Promise<void>;
  /** Facts of many changed, or a run got on. */
  readonly announce: (what: 'facts' | 'run', runId: string) => void;
  readonly log: Logger;
}

const day = 86_400_000;
/** Milliseconds: Logto writes an entry when the attempt has ended, up to ten seconds after it began. */
const overlap = 600_000;
/** Days that settled deliveries are kept for. */
const keep = 30;

/** Does a run: what Logto could not deliver first, then the whole directory. Never rejects; the run says how it went. */
export function createRunDirectory(deps: RunDeps): (id: string, signal: AbortSignal) => Promise<void> {
  const { runs, deliveries, log, announce } = deps;
  return async (id, signal) => {
    const run = await runs.start(id);
    if (run === undefined) return;
    announce('run', id);
    try {
      const report = await reconcile(run, deps, signal);
      await runs.finish(id, report);
      await deliveries.forget(keep);
      log.info({ run: id, changes: report.changes, failed: report.failed }, 'directory reconciled');
    } catch (error) {
      if (signal.aborted) throw error;
      const problem = problemOf(error);
      await runs.fail(id, problem);
      log.error({ run: id, code: problem.code }, 'the directory could not be reconciled');
    } finally {
      announce('run', id);
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

async function reconcile(run: Run, deps: RunDeps, signal: AbortSignal): Promise<RunReport> {
  const began = new Date();
  let told = Promise.resolve();
  const recovered = run.dryRun ? 0 : await recover(deps);
  const report = await reconcileAll(deps, {
    dryRun: run.dryRun,
    force: run.force,
    signal,
    onProgress: throttled((progress) => {
      told = told
        .then(() => deps.runs.progress(run.id, progress))
        .then(
          () => deps.announce('run', run.id),
          () => {}, // The next one tells as much.
        );
    }),
  });
  await told;
  const { operations } = report;
  if (!run.dryRun) {
    if (operations.length > 0) deps.announce('facts', run.id);
    await correctAccountStatuses(report, deps);
    // Whoever changed while the run read and wrote is looked at once more: the run may have undone what was newer.
    const touched = await deps.deliveries.heardOfSince(began);
    await deps.enqueue(touched, { force: true });
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

/** Deliveries that Logto could not make, once more as if they had come. */
async function recover({ logto, state, inbox }: RunDeps): Promise<number> {
  const now = Date.now();
  const from = Math.max((await state.recoveredUntil()) ?? 0, now - 7 * day) - overlap;
  const failed = await failedDeliveries(logto, { from, to: now, isOwnEndpoint });
  const results = await Promise.all(
    failed.map(({ body, event }) => inbox.receive(Buffer.from(body), event, 'recovered')),
  );
  await state.setRecoveredUntil(now);
  return results.filter((result) => result === 'accepted').length;
}

/** Whatever this server is called from outside, its endpoint's path is this. */
function isOwnEndpoint(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.endsWith('/api/webhooks/logto');
}

/** The run has read Logto's word on everyone, also on those of whom no delivery came. */
async function correctAccountStatuses(
  { operations, present, suspended }: ReconcileReport,
  { revocations, enqueue }: RunDeps,
): Promise<void> {
  const gone = operations.flatMap((one) => (one.kind === 'delete-user' ? [logtoIdOf(one.key)] : []));
  await Promise.all(gone.map((id) => revocations.record(id, 'gone')));
  // Logto's word was read a while ago: each is asked about once more, in order with what else is heard of them.
  const stillSuspended = new Set(suspended);
  const strangers = suspended.filter((id) => !revocations.isRevoked(userKey(id)));
  const returned = (await revocations.suspended()).filter((id) => !stillSuspended.has(id));
  const missing = await revocations.activeBut(present);
  await enqueue(
    [...strangers, ...returned, ...missing].map((id) => `user:${id}`),
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
