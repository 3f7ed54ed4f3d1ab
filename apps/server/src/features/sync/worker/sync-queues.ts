import { sql } from 'drizzle-orm';
import { fromDrizzle, PgBoss, type JobResult, type JobWithMetadata } from 'pg-boss';
import { maxConnections, patientLimits, type Transaction } from '../../../platform/database/open-database.ts';
import { asError } from '../../../platform/log/describe-error.ts';
import { runQueue, subjectQueue } from '../tables.ts';

/** A subject to reconcile. Without `force`, the job does nothing if the subject's deliveries are already settled. */
export interface SubjectJob {
  readonly subject: string;
  readonly force?: boolean;
}

/** A user (Logto id) whose status must be checked. */
export interface StatusJob {
  readonly user: string;
}

/** Work that no further attempt will do: a subject, a user whose status had to be checked, or a run. */
export type AbandonedWork = Pick<SubjectJob, 'subject'> | StatusJob | 'run';

/** Of failed deliveries, of the holders of the mapped user roles, or of the roles in an organization (Logto id). */
export type Check = 'deliveries' | 'user-roles' | `organization:${string}`;

/** The result of an attempt: `done`, or why it failed and whether another attempt follows. */
export type SubjectResult = 'done' | { readonly retry: boolean; readonly reason: string };

export interface EnqueueOptions {
  readonly transaction?: Transaction;
  readonly force?: boolean;
  readonly isUrgent?: boolean;
  /** The subjects that sign up. The newest are processed first, so that they do not wait for a backlog. */
  readonly signUps?: ReadonlySet<string>;
}

export interface SyncQueues {
  /** With `transaction`, the jobs exist only if it commits. Urgent jobs are processed first, then sign-ups. */
  readonly enqueue: (subjects: readonly string[], options?: EnqueueOptions) => Promise<void>;
  /** Queues status checks of users (Logto ids). Permit's limits do not delay these jobs. */
  readonly enqueueStatusChecks: (ids: readonly string[]) => Promise<void>;
  /** Requests a sweep: at most once per interval, however many replicas call this. */
  enqueueSweep(everySeconds: number): Promise<void>;
  /** At most once per interval, however many replicas call this, and not while the same check is running. */
  enqueueCheck(check: Check, everySeconds: number): Promise<void>;
  enqueueRun(runId: string, options: { transaction: Transaction }): Promise<void>;
  /** Whether a worker on any replica is reconciling the subject. */
  readonly isProcessing: (subject: string) => Promise<boolean>;
  /** Returns when the next attempt of one of these subjects is due; `undefined` if none is pending. */
  readonly nextAttemptAt: (subjects: readonly string[]) => Promise<Date | undefined>;
  /** `process` returns a result for each job, in order. No two workers process the same subject at the same time. */
  work(handlers: {
    readonly process: (
      jobs: readonly (SubjectJob & { readonly isLast: boolean })[],
    ) => Promise<SubjectResult[]>;
    readonly checkStatus: (job: StatusJob & { readonly isLast: boolean }) => Promise<SubjectResult>;
    /** A scheduled sweep has the id of its job. A repeated id means that the previous worker was killed. */
    readonly run: (runId: string, signal: AbortSignal) => Promise<void>;
    /** Makes a check. A failed check is not retried, because the next one follows. */
    readonly check: (check: Check, signal: AbortSignal) => Promise<void>;
    readonly abandon: (work: AbandonedWork) => Promise<void>;
  }): Promise<void>;
  /** Takes no more subjects and runs until `resume` is called. Resolves when those being processed are done. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Stops taking jobs. Resolves when the running jobs have ended, or after 10 s. */
  close(): Promise<void>;
}

const statusQueue = 'directory-status';
const checkQueue = 'directory-checks';
/** For jobs that failed permanently without a result: the worker was killed, or could not record one. */
const abandonedQueue = 'directory-abandoned';

/** The pauses between attempts: 1 s, then doubling to 5 min, with jitter. All attempts take about a day and a half. */
const retries = { retryLimit: 400, retryDelay: 1, retryBackoff: true, retryDelayMax: 300 };
/**
 * Seconds. The jobs of a killed worker are reassigned after 10 s without a heartbeat. A live worker holds its jobs for
 * up to an hour, because a hundred deletions within Permit's limits take many minutes.
 */
const heartbeat = { heartbeatSeconds: 10, expireInSeconds: 3_600 };
/** Milliseconds, so that an unstable Permit does not use up the attempts. */
const retryNowPause = 5_000;
/** A day in seconds, after which ended jobs are deleted. The deliveries record the outcomes of their jobs. */
const deleteAfterSeconds = 86_400;
/** Ten years in seconds. By default, pg-boss deletes jobs that have been pending for two weeks, as in a long pause. */
const retentionSeconds = 315_360_000;

/** The intervals are in seconds. NOTIFY announces new jobs immediately; polling finds jobs whose retry is due. */
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
    // pg-boss passes these options to its pool.
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
  // `singleton`: one job per key is active at a time. Later jobs are queued, so no change is lost.
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
    // `exclusive`: only one check of a kind is queued or running.
    const policy = name === checkQueue ? 'exclusive' : 'singleton';
    await boss.createQueue(name, { policy, ...options }); // oxlint-disable-line no-await-in-loop -- four
    // Applies the current settings to a queue created by an earlier version.
    await boss.updateQueue(name, options); // oxlint-disable-line no-await-in-loop
  }

  type Handlers = Parameters<SyncQueues['work']>[0];
  let handlers: Handlers | undefined;
  let retriedAt = 0;
  /** After an outage, the other jobs would wait up to five minutes for their next attempt. */
  const retryNow = async (): Promise<void> => {
    if (Date.now() - retriedAt < retryNowPause) return;
    retriedAt = Date.now();
    const { rows } = await boss.getDb().executeSql(
      `select id from pgboss.job where name = $1 and state = 'retry' and start_after > now()
       order by priority desc, start_after desc limit 1000`,
      [subjectQueue],
    );
    for (const { id } of rows) await boss.update(subjectQueue, undefined, { id, startAfter: new Date() }); // oxlint-disable-line no-await-in-loop -- in the background
  };
  const processBatch = async (jobs: JobWithMetadata<SubjectJob>[]): Promise<JobResult[]> => {
    try {
      const results = (await handlers?.process(jobs.map(inputOf))) ?? [];
      const isOver = jobs.some(({ retryCount }, index) => retryCount > 0 && results[index] === 'done');
      if (isOver) retryNow().catch((error: unknown) => onError(asError(error)));
      return jobs.map(({ id }, index) => jobResult(id, results[index]));
    } finally {
      // During an outage, another worker may have got the job. This one may then have overwritten a newer state.
      const lost = await lostAmong(boss, jobs);
      if (lost.length > 0)
        await boss.insert(
          subjectQueue,
          lost.map(({ data: { subject } }) => subjectJob(subject, { force: true })),
        );
    }
  };
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
    async enqueue(subjects, { transaction, ...options } = {}) {
      const jobs = subjects.map((subject) => subjectJob(subject, options));
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
    async isProcessing(key) {
      // Not `findJobs`, which reads all jobs of a day and returns the oldest of the key.
      const { rows } = await boss
        .getDb()
        .executeSql(
          `select from pgboss.job where name = $1 and singleton_key = $2 and state = 'active' limit 1`,
          [subjectQueue, key],
        );
      return rows.length > 0;
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
      await boss.work(
        statusQueue,
        { ...workOptions, batchSize: 20, localConcurrency: 2 },
        (jobs: JobWithMetadata<StatusJob>[]) =>
          Promise.all(
            jobs.map(async (job) => {
              const result = await given.checkStatus(inputOf(job)).catch((error: unknown) => {
                onError(asError(error));
                return undefined;
              });
              return jobResult(job.id, result);
            }),
          ),
      );
      await boss.work<Partial<SubjectJob & StatusJob>>(
        abandonedQueue,
        { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
        async ([job]) => {
          if (job === undefined) return;
          const { subject, user } = job.data;
          if (subject !== undefined) await given.abandon({ subject });
          else await given.abandon(user === undefined ? 'run' : { user });
        },
      );
      await boss.work<{ check: Check }>(
        checkQueue,
        { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 5, localConcurrency: 2 },
        async ([job]) => {
          if (job !== undefined) await given.check(job.data.check, job.signal);
        },
      );
      await startWork();
    },
    pause: stopWork,
    async resume() {
      // An earlier attempt to resume may have started one of the workers.
      await stopWork();
      await startWork();
    },
    close,
  };
}

/** The largest priority of pg-boss. */
const urgent = 2 ** 31 - 1;

function subjectJob(subject: string, { force = false, isUrgent, signUps }: EnqueueOptions) {
  return {
    data: { subject, force } satisfies SubjectJob,
    singletonKey: subject,
    // The subject `directory` requests a whole run, which takes long, so its job comes early.
    priority:
      isUrgent === true || subject === 'directory'
        ? urgent
        : signUps?.has(subject) === true
          ? minutesNow()
          : 0,
  };
}

const minutesNow = (): number => Math.floor(Date.now() / 60_000);

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
