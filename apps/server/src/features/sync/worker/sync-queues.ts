import { sql } from 'drizzle-orm';
import { fromDrizzle, PgBoss, type JobResult, type JobWithMetadata } from 'pg-boss';
import { maxConnections, patientLimits, type Transaction } from '../../../database/open-database.ts';
import { asError } from '../../../log/as-error.ts';
import { runQueue, subjectQueue } from './live-jobs.ts';

/** A subject to reconcile. Without `force`, a job whose deliveries are settled already does nothing. */
export interface SubjectJob {
  readonly subject: string;
  readonly force?: boolean;
}

/** A user whose status has to be asked; Logto's id. */
export interface StatusJob {
  readonly user: string;
}

/** A subject, a user whose status had to be asked, or a run. */
export type AbandonedWork = Pick<SubjectJob, 'subject'> | StatusJob | 'run';

/**
 * A check between the runs over the whole directory: of failed deliveries, of the holders of the mapped user roles, or of the roles
 * in an organization (Logto's id).
 */
export type Check = 'deliveries' | 'user-roles' | `organization:${string}`;

/** `done`, or why the attempt failed and whether another one follows. */
export type SubjectResult = 'done' | { readonly retry: boolean; readonly reason: string };

/** The jobs of sync, kept by pg-boss in the same PostgreSQL as the deliveries. */
export interface SyncQueues {
  /** With `transaction`, the jobs exist exactly when its rows do. Urgent jobs go before all that wait. */
  readonly enqueue: (
    subjects: readonly string[],
    options?: { transaction?: Transaction; force?: boolean; isUrgent?: boolean },
  ) => Promise<void>;
  /** Queues users (Logto's ids) whose status has to be asked. These jobs wait for none of Permit's limits. */
  readonly enqueueStatusChecks: (
    ids: readonly string[],
    options?: { transaction?: Transaction },
  ) => Promise<void>;
  /** Once for each interval, however many replicas ask. */
  enqueueSweep(everySeconds: number): Promise<void>;
  /** Asks for a check: once for each interval, however many replicas ask, and not while the same one is under way. */
  enqueueCheck(check: Check, everySeconds: number): Promise<void>;
  enqueueRun(runId: string, options: { transaction: Transaction }): Promise<void>;
  /** When the next attempt of one of these subjects is due; `undefined` when none of them waits. */
  readonly nextAttemptAt: (subjects: readonly string[]) => Promise<Date | undefined>;
  /** Starts working. `process` answers for each job, in order. No two workers, on any replica, have the same subject. */
  work(handlers: {
    readonly process: (
      jobs: readonly (SubjectJob & { readonly isLast: boolean })[],
    ) => Promise<SubjectResult[]>;
    readonly checkStatus: (job: StatusJob & { readonly isLast: boolean }) => Promise<SubjectResult>;
    /** Executes a run; a sweep that has no run yet gets this id. The same id again: the worker before was killed. */
    readonly run: (runId: string, signal: AbortSignal) => Promise<void>;
    /** Makes a check. One that fails is not repeated: the next one follows. */
    readonly check: (check: Check, signal: AbortSignal) => Promise<void>;
    /** Records that nobody will work on it any more: the last attempt ended with its server. */
    readonly abandon: (work: AbandonedWork) => Promise<void>;
  }): Promise<void>;
  /** Takes no more jobs until `resume`; resolves when the running ones have ended. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Resolves when the running jobs have ended. */
  close(): Promise<void>;
}

const statusQueue = 'directory-status';
const checkQueue = 'directory-checks';
/** Jobs that failed for good without a word of their worker: it was killed, or could not record anything. */
const abandonedQueue = 'directory-abandoned';

/** 1 s, then doubling to 5 min, with jitter: about a day and a half in all. */
const retries = { retryLimit: 400, retryDelay: 1, retryBackoff: true, retryDelayMax: 300 };
/**
 * Seconds. The jobs of a worker that was killed go to another one after 10 s without a heartbeat. A worker that lives keeps
 * them for an hour, because a hundred deletions within Permit's limits take many minutes.
 */
const heartbeat = { heartbeatSeconds: 10, expireInSeconds: 3_600 };
/** Seconds, a day. The deliveries record what became of their jobs. */
const deleteAfterSeconds = 86_400;
/** Seconds, ten years. Otherwise pg-boss deletes a job that has waited for two weeks, in a long pause for instance. */
const retentionSeconds = 315_360_000;

/** Seconds. NOTIFY announces new jobs at once; polling finds jobs whose retry is due. */
const workOptions = {
  pollingIntervalSeconds: 1,
  notifyPollingIntervalSeconds: 1,
  batchSize: 100,
  burstWhenBatchFull: true,
  perJobResults: true,
  includeMetadata: true,
} as const;

export async function openSyncQueues(url: string, onError: (error: Error) => void): Promise<SyncQueues> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'latchkey-queue',
    max: maxConnections.queue,
    // pg-boss gives them to its pool.
    ...patientLimits,
    useListenNotify: true,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  });
  boss.on('error', onError);
  const close = (): Promise<void> => boss.stop({ graceful: true, timeout: 10_000 });
  await boss.start();
  await using opening = new AsyncDisposableStack();
  opening.defer(close);
  // `singleton`: one active job for each key. Jobs that come meanwhile wait, so no hint is lost.
  const shared = { notify: true, deleteAfterSeconds, retentionSeconds, ...heartbeat };
  await boss.createQueue(abandonedQueue, { ...shared, ...retries });
  const deadLetter = abandonedQueue;
  const settings = {
    [subjectQueue]: { ...shared, ...retries, deadLetter },
    [statusQueue]: { ...shared, ...retries, deadLetter },
    [runQueue]: { ...shared, retryLimit: 3, retryDelay: 1, expireInSeconds: 6 * 3_600, deadLetter },
    [checkQueue]: { ...shared, retryLimit: 0 },
  };
  for (const [name, options] of Object.entries(settings)) {
    // `exclusive`: a check that waits or is under way is enough.
    const policy = name === checkQueue ? 'exclusive' : 'singleton';
    await boss.createQueue(name, { policy, ...options }); // oxlint-disable-line no-await-in-loop -- four
    // Applies today's settings to a queue that an earlier version created.
    await boss.updateQueue(name, options); // oxlint-disable-line no-await-in-loop
  }

  type Handlers = Parameters<SyncQueues['work']>[0];
  let handlers: Handlers | undefined;
  const processBatch = async (jobs: JobWithMetadata<SubjectJob>[]): Promise<JobResult[]> => {
    const results = (await handlers?.process(jobs.map(inputOf))) ?? [];
    return jobs.map(({ id }, index) => jobResult(id, results[index]));
  };
  const checkBatch = async (jobs: JobWithMetadata<StatusJob>[]): Promise<JobResult[]> =>
    Promise.all(
      jobs.map(async (job) => {
        try {
          return jobResult(job.id, await handlers?.checkStatus(inputOf(job)));
        } catch (error) {
          onError(asError(error));
          return jobResult(job.id, undefined);
        }
      }),
    );
  const startStatusWork = (): Promise<string> =>
    boss.work(statusQueue, { ...workOptions, batchSize: 20, localConcurrency: 2 }, checkBatch);
  const startAbandoning = (): Promise<string> =>
    boss.work<Partial<SubjectJob & StatusJob>>(
      abandonedQueue,
      { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
      async ([job]) => {
        if (job === undefined) return;
        const { subject, user } = job.data;
        if (subject !== undefined) await handlers?.abandon({ subject });
        else await handlers?.abandon(user === undefined ? 'run' : { user });
      },
    );
  const startChecks = (): Promise<string> =>
    boss.work<{ check: Check }>(
      checkQueue,
      { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 5, localConcurrency: 2 },
      async ([job]) => {
        if (job !== undefined) await handlers?.check(job.data.check, job.signal);
      },
    );
  const startWork = async (): Promise<void> => {
    await boss.work(subjectQueue, { ...workOptions, localConcurrency: 2 }, processBatch);
    await boss.work(
      runQueue,
      { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 5 },
      async ([job]) => {
        if (job === undefined) return;
        const { runId } = Object(job.data);
        await handlers?.run(typeof runId === 'string' ? runId : job.id, job.signal);
      },
    );
  };

  opening.move();
  return {
    async enqueue(subjects, { transaction, force = false, isUrgent = false } = {}) {
      const jobs = subjects.map((subject) => ({
        data: { subject, force } satisfies SubjectJob,
        singletonKey: subject,
        // The subject `directory` asks for a whole run, which takes long: it starts early.
        priority: isUrgent || subject === 'directory' ? 1 : 0,
      }));
      if (jobs.length === 0) return;
      await boss.insert(
        subjectQueue,
        jobs,
        transaction === undefined ? {} : { db: fromDrizzle(transaction, sql) },
      );
    },
    async enqueueStatusChecks(ids, { transaction } = {}) {
      const jobs = ids.map((user) => ({ data: { user } satisfies StatusJob, singletonKey: user }));
      if (jobs.length === 0) return;
      await boss.insert(
        statusQueue,
        jobs,
        transaction === undefined ? {} : { db: fromDrizzle(transaction, sql) },
      );
    },
    async enqueueSweep(everySeconds) {
      await boss.send(runQueue, {}, { singletonKey: 'directory', singletonSeconds: everySeconds });
    },
    async enqueueCheck(check, everySeconds) {
      await boss.send(checkQueue, { check }, { singletonKey: check, singletonSeconds: everySeconds });
    },
    async enqueueRun(runId, { transaction }) {
      await boss.send(runQueue, { runId }, { singletonKey: 'directory', db: fromDrizzle(transaction, sql) });
    },
    async nextAttemptAt(subjects) {
      const waiting = await Promise.all(
        subjects.map((key) => boss.findJobs(subjectQueue, { key, queued: true, limit: 100 })),
      );
      const times = waiting.flat().map(({ startAfter }) => startAfter.getTime());
      return times.length === 0 ? undefined : new Date(Math.min(...times));
    },
    async work(given) {
      handlers = given;
      await startStatusWork();
      await startAbandoning();
      await startChecks();
      await startWork();
    },
    async pause() {
      await Promise.all([subjectQueue, runQueue].map((name) => boss.offWork(name, { wait: true })));
    },
    resume: startWork,
    close,
  };
}

function inputOf<Data extends object>({ data, retryCount, retryLimit }: JobWithMetadata<Data>) {
  return { ...data, isLast: retryCount >= retryLimit };
}

function jobResult(id: string, result: SubjectResult | undefined): JobResult {
  if (result === 'done' || result?.retry === false) return { id, status: 'completed' };
  return { id, status: 'failed', output: { reason: result?.reason ?? 'not processed' } };
}
