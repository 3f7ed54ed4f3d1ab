import { userKey, tenantKey, type Subject } from '@latchkey/directory-sync';
import type { Invalidation } from '@latchkey/permissions/permit';
import type { FactChanges } from '../../../directory/fact-changes.ts';
import type { Topic } from '../../../platform/bus/topic.ts';
import { asError } from '../../../platform/log/describe-error.ts';
import { openChecks, type CheckSeconds } from '../checks/open-checks.ts';
import { createExecuteRun, type ExecuteRunDeps } from '../runs/execute-run.ts';
import type { SyncState } from '../runs/sync-state.ts';
import { createProcessStatusCheck } from './check-status.ts';
import { createProcessSubjects, type ProcessSubjectsDeps } from './process-subjects.ts';
import type { SyncQueues, AbandonedWork } from './sync-queues.ts';
import type { Logger } from 'pino';
import { abandoned } from '../failure.ts';
import type { DeliveryStore } from '../inbox/delivery-store.ts';
import type { RunStore } from '../runs/run-store.ts';

export interface WorkDeps
  extends
    Omit<ProcessSubjectsDeps, 'enqueueStatusChecks' | 'onDoubt'>,
    Pick<ExecuteRunDeps, 'runs' | 'state' | 'inbox' | 'signingKeys' | 'openReading' | 'onProgress'> {
  readonly checkStatus: ((id: string) => Promise<void>) | undefined;
  readonly queues: SyncQueues;
  readonly factChanges: Pick<FactChanges, 'publish'>;
  /** The seconds between checks. Default: 30 for deliveries, 180 for roles. */
  readonly checkSeconds?: CheckSeconds | undefined;
  readonly sweepMinutes: number;
}

export interface Work {
  /** Call this when an organization (Logto id) is used, so that its roles are checked soon. */
  readonly noteUse: (organization: string) => void;
  readonly close: () => void;
}

/** Starts to take jobs from the queues, and to schedule checks and sweeps. */
export async function openWork(deps: WorkDeps): Promise<Work> {
  const { logto, checkStatus, queues, factChanges, sweepMinutes, log } = deps;
  const comparing = logto && checkStatus && { ...deps, logto, checkStatus };
  const { checkSeconds = { deliveries: 30, roles: 180 } } = deps;
  const checks = comparing && openChecks(comparing, queues, checkSeconds);
  const executeRun =
    comparing && createExecuteRun({ ...comparing, onFactsChanged: () => factChanges.publish({}) });
  await queues.work({
    process: createProcessSubjects({
      ...deps,
      enqueueStatusChecks: queues.enqueueStatusChecks,
      onDoubt: (subject) => factChanges.publish(changeOf(subject)),
    }),
    checkStatus: createProcessStatusCheck({ ...deps, checkStatus: async (id) => checkStatus?.(id) }),
    run: async (id, signal) => executeRun?.(id, signal),
    check: async (check, signal) => checks?.run(check, signal),
    abandon: createAbandonWork(deps),
  });
  const sweep = (): void => {
    queues.enqueueSweep(sweepMinutes * 60).catch((error: unknown) => log.error({ err: error }, 'no sweep'));
  };
  // Requests a sweep every minute, although the queue accepts only one per interval. So even a server that restarts
  // often sweeps.
  const sweeping = sweepMinutes > 0 ? setInterval(sweep, 60_000) : undefined;
  return {
    noteUse: (organization) => checks?.noteUse(organization),
    close() {
      clearInterval(sweeping);
      checks?.close();
    },
  };
}

function changeOf(subject: Subject): Invalidation {
  if (subject.kind === 'user') return { subject: userKey(subject.id) };
  return subject.kind === 'organization' ? { tenant: tenantKey(subject.id) } : {};
}

interface FollowPausesDeps {
  readonly state: Pick<SyncState, 'isPaused'>;
  readonly queues: Pick<SyncQueues, 'pause' | 'resume'>;
  readonly pauses: Pick<Topic<{ paused: boolean }>, 'subscribe'>;
  readonly onError: (error: Error) => void;
}

/** Milliseconds. */
const retryAfter = 1_000;

/** Pauses and resumes this replica's workers as sync is paused and resumed. Returns a function that stops this. */
export async function followPauses({
  state,
  queues,
  pauses,
  onError,
}: FollowPausesDeps): Promise<() => void> {
  let paused = false;
  let retrying: NodeJS.Timeout | undefined;
  const apply = async (): Promise<void> => {
    const wanted = await state.isPaused();
    if (wanted === paused) return;
    await (wanted ? queues.pause() : queues.resume());
    paused = wanted;
  };
  // Changes are applied one after the other, so that the last one reads the newest state.
  let applied = Promise.resolve();
  const applyNext = (): void => {
    clearTimeout(retrying);
    applied = applied.then(apply).catch((error: unknown) => {
      onError(asError(error));
      retrying = setTimeout(applyNext, retryAfter);
    });
  };
  // Subscribes before the first read, so that no change in between is missed.
  const stop = pauses.subscribe({ onMessage: applyNext, onGap: applyNext });
  applyNext();
  await applied;
  return () => {
    stop();
    clearTimeout(retrying);
  };
}

export interface AbandonWorkDeps {
  readonly deliveries: Pick<DeliveryStore, 'abandon' | 'failNewest'>;
  readonly runs: Pick<RunStore, 'abandon'>;
  /** Called with the id of a run that has ended. */
  readonly onProgress: (runId: string) => void;
  readonly log: Logger;
}

/**
 * When the last attempt ended with its server, deliveries become dead letters and runs fail, so that an operator sees
 * them.
 * @internal exported for tests
 */
export function createAbandonWork({ deliveries, runs, onProgress, log }: AbandonWorkDeps) {
  const { code } = abandoned;
  return async (work: AbandonedWork): Promise<void> => {
    if (work === 'run') {
      for (const run of await runs.abandon()) {
        onProgress(run);
        log.error({ run, code }, 'the directory could not be reconciled');
      }
      return;
    }
    if ('user' in work) {
      const subject = `user:${work.user}`;
      await deliveries.failNewest(subject, abandoned);
      log.error({ subject, code }, 'the status of a user could not be checked');
      return;
    }
    const { subject } = work;
    const ids = await deliveries.abandon(subject);
    if (ids.length > 0) log.error({ subject, deliveries: ids, code }, 'a subject could not be reconciled');
  };
}
