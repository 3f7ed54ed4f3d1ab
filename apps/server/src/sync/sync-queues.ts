import { sql } from 'drizzle-orm';
import { fromDrizzle, PgBoss, type JobResult, type JobWithMetadata } from 'pg-boss';

export type Transaction = Parameters<typeof fromDrizzle>[0];

/** A subject that wants to be looked at. Without `force`, a job whose deliveries others have settled has nothing to do. */
export interface SubjectJob {
  readonly subject: string;
  readonly force?: boolean;
}

/** Whether trying again is of use, and why the subject could not be settled. */
export type SubjectResult = 'done' | { readonly retry: boolean; readonly reason: string };

/** Jobs of sync, kept by pg-boss in the same PostgreSQL as the deliveries. */
export interface SyncQueues {
  /** In the caller's transaction the jobs are there exactly when its rows are. Urgent ones go before all that wait. */
  enqueue(
    subjects: readonly string[],
    options?: { transaction?: Transaction; force?: boolean; isUrgent?: boolean },
  ): Promise<void>;
  /** Once for each interval, however many replicas ask. */
  enqueueSweep(everySeconds: number): Promise<void>;
  enqueueRun(runId: string): Promise<void>;
  /** When one of these subjects is looked at next; `undefined` when none of them waits. */
  nextLookAt(subjects: readonly string[]): Promise<Date | undefined>;
  /** Starts working. `settle` answers for each subject, in order; no subject is with two workers at once, on any replica. */
  work(handlers: {
    readonly settle: (
      jobs: readonly (SubjectJob & { readonly isLast: boolean })[],
    ) => Promise<SubjectResult[]>;
    readonly run: (runId: string | undefined, signal: AbortSignal) => Promise<void>;
  }): Promise<void>;
  /** Lets running jobs end and takes no more, until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Lets running jobs end first. */
  close(): Promise<void>;
}

const subjectQueue = 'directory-subjects';
const runQueue = 'directory-runs';

/** 1 s, then doubling to 5 min, with jitter: about a day and a half in all. */
const retries = { retryLimit: 400, retryDelay: 1, retryBackoff: true, retryDelayMax: 300 };
/**
 * Seconds. A worker that is killed loses its jobs to another after so long without a heartbeat; one that lives keeps them
 * for an hour, as a hundred deletions within Permit's limits take many minutes.
 */
const heartbeat = { heartbeatSeconds: 10, expireInSeconds: 3_600 };
/** A day: what became of jobs is told by the deliveries. */
const deleteAfterSeconds = 86_400;

/** Seconds. New jobs arrive by NOTIFY at once; polling finds those whose retry has come due. */
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
    max: 4,
    useListenNotify: true,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  });
  boss.on('error', onError);
  await boss.start();
  // `singleton`: one active job for each key; those that come meanwhile wait, so no hint is lost between two looks.
  const shared = { notify: true, deleteAfterSeconds, ...heartbeat };
  const settings = {
    [subjectQueue]: { ...shared, ...retries },
    [runQueue]: { ...shared, retryLimit: 3, retryDelay: 1, expireInSeconds: 6 * 3_600 },
  };
  for (const [name, options] of Object.entries(settings)) {
    await boss.createQueue(name, { policy: 'singleton', ...options }); // oxlint-disable-line no-await-in-loop -- two
    // One that an earlier version has made works by today's settings, too.
    await boss.updateQueue(name, options); // oxlint-disable-line no-await-in-loop
  }

  type Handlers = Parameters<SyncQueues['work']>[0];
  let handlers: Handlers | undefined;
  const settleBatch = async (jobs: JobWithMetadata<SubjectJob>[]): Promise<JobResult[]> => {
    const asked = jobs.map(({ data, retryCount, retryLimit }) => ({
      ...data,
      isLast: retryCount >= retryLimit,
    }));
    const results = (await handlers?.settle(asked)) ?? [];
    return jobs.map(({ id }, index): JobResult => {
      const result = results[index];
      if (result === 'done' || result?.retry === false) return { id, status: 'completed' };
      return { id, status: 'failed', output: { reason: result?.reason ?? 'not settled' } };
    });
  };
  const startWork = async (): Promise<void> => {
    await boss.work(subjectQueue, { ...workOptions, localConcurrency: 2 }, settleBatch);
    await boss.work(
      runQueue,
      { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 5 },
      async ([job]) => {
        if (job === undefined) return;
        const { runId } = Object(job.data);
        await handlers?.run(typeof runId === 'string' ? runId : undefined, job.signal);
      },
    );
  };

  return {
    async enqueue(subjects, { transaction, force = false, isUrgent = false } = {}) {
      const jobs = subjects.map((subject) => ({
        data: { subject, force } satisfies SubjectJob,
        singletonKey: subject,
        // That everything wants a look is said in no time, and the look takes all the longer.
        priority: isUrgent || subject === 'directory' ? 1 : 0,
      }));
      if (jobs.length === 0) return;
      await boss.insert(
        subjectQueue,
        jobs,
        transaction === undefined ? {} : { db: fromDrizzle(transaction, sql) },
      );
    },
    async enqueueSweep(everySeconds) {
      await boss.send(runQueue, {}, { singletonKey: 'directory', singletonSeconds: everySeconds });
    },
    async enqueueRun(runId) {
      await boss.send(runQueue, { runId }, { singletonKey: 'directory' });
    },
    async nextLookAt(subjects) {
      const waiting = await Promise.all(
        subjects.map((key) => boss.findJobs(subjectQueue, { key, queued: true, limit: 100 })),
      );
      const times = waiting.flat().map(({ startAfter }) => startAfter.getTime());
      return times.length === 0 ? undefined : new Date(Math.min(...times));
    },
    async work(given) {
      handlers = given;
      await startWork();
    },
    async pause() {
      await Promise.all([subjectQueue, runQueue].map((name) => boss.offWork(name, { wait: true })));
    },
    resume: startWork,
    close: () => boss.stop({ graceful: true, timeout: 10_000 }),
  };
}
