import { sql } from 'drizzle-orm';
import { fromDrizzle, PgBoss, type JobResult, type JobWithMetadata } from 'pg-boss';
import { maxConnections, patientLimits, type Transaction } from '../../../platform/database/open-database.ts';
import { asError } from '../../../platform/log/describe-error.ts';
import { runQueue, subjectQueue } from '../tables.ts';

/** A subject to reconcile. Without `force`, a job whose deliveries are already settled does nothing. */
export interface SubjectJob {
  readonly subject: string;
  readonly force?: boolean;
}

/** A user whose status must be checked; a Logto id. */
export interface StatusJob {
  readonly user: string;
}

/** A subject, a user whose status had to be checked, or a run. */
export type AbandonedWork = Pick<SubjectJob, 'subject'> | StatusJob | 'run';

/**
 * A check between the runs over the whole directory: of failed deliveries, of the holders of the mapped user roles, or
 * of the roles in an organization (Logto id).
 */
export type Check = 'deliveries' | 'user-roles' | `organization:${string}`;

/** `done`, or why the attempt failed and whether another one follows. */
export type SubjectResult = 'done' | { readonly retry: boolean; readonly reason: string };

/** The jobs of sync, stored by pg-boss in the same PostgreSQL as the deliveries. */
export interface SyncQueues {
  /** With `transaction`, the jobs exist only if it commits. Urgent jobs take priority over pending ones. */
  readonly enqueue: (
    subjects: readonly string[],
    options?: { transaction?: Transaction; force?: boolean; isUrgent?: boolean },
  ) => Promise<void>;
  /** Queues status checks of users (Logto ids). These jobs are not delayed by Permit's limits. */
  readonly enqueueStatusChecks: (ids: readonly string[]) => Promise<void>;
  /** Once per interval, however many replicas call it. */
  enqueueSweep(everySeconds: number): Promise<void>;
  /** Requests a check: once per interval, however many replicas call it, and not while the same one is running. */
  enqueueCheck(check: Check, everySeconds: number): Promise<void>;
  enqueueRun(runId: string, options: { transaction: Transaction }): Promise<void>;
  /** When the next attempt of one of these subjects is due; `undefined` when none is pending. */
  readonly nextAttemptAt: (subjects: readonly string[]) => Promise<Date | undefined>;
  /**
   * Starts working. `process` returns a result for each job, in order. No two workers, on any replica, process the same
   * subject at the same time.
   */
  work(handlers: {
    readonly process: (
      jobs: readonly (SubjectJob & { readonly isLast: boolean })[],
    ) => Promise<SubjectResult[]>;
    readonly checkStatus: (job: StatusJob & { readonly isLast: boolean }) => Promise<SubjectResult>;
    /** Executes a run; a scheduled sweep gets this id. A repeated id means that the previous worker was killed. */
    readonly run: (runId: string, signal: AbortSignal) => Promise<void>;
    /** Makes a check. A failed one is not retried, because the next one follows. */
    readonly check: (check: Check, signal: AbortSignal) => Promise<void>;
    /** Records that the work is abandoned: the last attempt ended with its server. */
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
/** Jobs that failed permanently without a result: the worker was killed or could not record one. */
const abandonedQueue = 'directory-abandoned';

/** 1 s, then doubling to 5 min, with jitter: about a day and a half in all. */
const retries = { retryLimit: 400, retryDelay: 1, retryBackoff: true, retryDelayMax: 300 };
/**
 * Seconds. The jobs of a killed worker are reassigned after 10 s without a heartbeat. A live worker holds them for up
 * to an hour, because a hundred deletions within Permit's limits take many minutes.
 */
const heartbeat = { heartbeatSeconds: 10, expireInSeconds: 3_600 };
/** Seconds, a day. The deliveries record the outcomes of their jobs. */
const deleteAfterSeconds = 86_400;
/**
 * Seconds, ten years. Otherwise pg-boss deletes a job that has been pending for two weeks, for instance while sync is
 * paused.
 */
const retentionSeconds = 315_360_000;

/** Seconds. NOTIFY announces new jobs immediately; polling finds jobs whose retry is due. */
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
    // pg-boss passes them to its pool.
    ...patientLimits,
    useListenNotify: true,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  });
  boss.on('error', (error) => onError(asError(error)));
  const close = (): Promise<void> => boss.stop({ graceful: true, timeout: 10_000 });
  await boss.start();
  await using opening = new AsyncDisposableStack();
  opening.defer(close);
  // `singleton`: one active job per key. Jobs that arrive in the meantime are queued, so no change is lost.
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
    // `exclusive`: one check that is queued or running is sufficient.
    const policy = name === checkQueue ? 'exclusive' : 'singleton';
    await boss.createQueue(name, { policy, ...options }); // oxlint-disable-line no-await-in-loop -- four
    // Applies the current settings to a queue created by an earlier version.
    await boss.updateQueue(name, options); // oxlint-disable-line no-await-in-loop
  }

  type Handlers = Parameters<SyncQueues['work']>[0];
  let handlers: Handlers | undefined;
  const processBatch = async (jobs: JobWithMetadata<SubjectJob>[]): Promise<JobResult[]> => {
    try {
      const results = (await handlers?.process(jobs.map(inputOf))) ?? [];
      return jobs.map(({ id }, index) => jobResult(id, results[index]));
    } finally {
      // During an outage another worker may have got the job, and this one may have overwritten a newer state.
      const lost = await lostAmong(boss, jobs);
      if (lost.length > 0)
        await boss.insert(
          subjectQueue,
          lost.map(({ data: { subject } }) => subjectJob(subject, { force: true })),
        );
    }
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
  const stopWork = async (): Promise<void> => {
    await Promise.all([subjectQueue, runQueue].map((name) => boss.offWork(name, { wait: true })));
  };

  opening.move();
  return {
    async enqueue(subjects, { transaction, force = false, isUrgent = false } = {}) {
      const jobs = subjects.map((subject) => subjectJob(subject, { force, isUrgent }));
      if (jobs.length === 0) return;
      await boss.insert(
        subjectQueue,
        jobs,
        transaction === undefined ? {} : { db: fromDrizzle(transaction, sql) },
      );
    },
    async enqueueStatusChecks(ids) {
      const jobs = ids.map((user) => ({ data: { user } satisfies StatusJob, singletonKey: user }));
      if (jobs.length > 0) await boss.insert(statusQueue, jobs);
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
    pause: stopWork,
    async resume() {
      // An earlier attempt may have started one of them.
      await stopWork();
      await startWork();
    },
    close,
  };
}

function subjectJob(subject: string, { force, isUrgent = false }: { force: boolean; isUrgent?: boolean }) {
  return {
    data: { subject, force } satisfies SubjectJob,
    singletonKey: subject,
    // The subject `directory` requests a whole run, which takes long, so it starts early.
    priority: isUrgent || subject === 'directory' ? 1 : 0,
  };
}

/** The jobs that pg-boss has given to another worker, because their heartbeat was late. */
async function lostAmong<Data extends object>(
  boss: PgBoss,
  jobs: JobWithMetadata<Data>[],
): Promise<JobWithMetadata<Data>[]> {
  const { rows } = await boss
    .getDb()
    .executeSql(
      `select id, retry_count from pgboss.job where name = $1 and id = any ($2::uuid[]) and state = 'active'`,
      [subjectQueue, jobs.map(({ id }) => id)],
    );
  const attempts = new Map(rows.map(({ id, retry_count }) => [id, retry_count]));
  return jobs.filter(({ id, retryCount }) => attempts.get(id) !== retryCount);
}

function inputOf<Data extends object>({ data, retryCount, retryLimit }: JobWithMetadata<Data>) {
  return { ...data, isLast: retryCount >= retryLimit };
}

function jobResult(id: string, result: SubjectResult | undefined): JobResult {
  if (result === 'done' || result?.retry === false) return { id, status: 'completed' };
  return { id, status: 'failed', output: { reason: result?.reason ?? 'not processed' } };
}
