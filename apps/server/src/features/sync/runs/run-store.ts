import { randomUUID } from 'node:crypto';
import type { Progress } from '@latchkey/directory-sync';
import { and, desc, eq, inArray, isNotNull, not, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Transaction } from '../../../platform/database/open-database.ts';
import { abandoned } from '../failure.ts';
import { syncRuns, hasRunJob } from '../tables.ts';
import type { RunProblem, RunReason, RunReport } from './run.ts';

export type Run = typeof syncRuns.$inferSelect;

export interface RunRequest {
  readonly reason: RunReason;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly requestedBy?: string | null;
}

export function createRunStore(db: NodePgDatabase) {
  const change = async (id: string, values: Partial<Run>): Promise<void> => {
    await db.update(syncRuns).set(values).where(eq(syncRuns.id, id));
  };
  return {
    /** `enqueue` queues its job in the same transaction: a run without a job would stay queued forever. */
    async request(
      { reason, dryRun = false, force = false, requestedBy = null }: RunRequest,
      enqueue: (id: string, transaction: Transaction) => Promise<void>,
    ): Promise<string> {
      const id = randomUUID();
      await db.transaction(async (transaction) => {
        await transaction.insert(syncRuns).values({ id, reason, dryRun, force, requestedBy });
        await enqueue(id, transaction);
      });
      return id;
    },
    async isQueued(reason: RunReason): Promise<boolean> {
      const rows = await db
        .select({ id: syncRuns.id })
        .from(syncRuns)
        .where(and(eq(syncRuns.reason, reason), eq(syncRuns.status, 'queued')))
        .limit(1);
      return rows.length > 0;
    },
    /**
     * Also restarts a run whose worker died. A run that nobody requested is a sweep. `undefined` if the run has ended.
     */
    async start(id: string): Promise<Run | undefined> {
      await db.insert(syncRuns).values({ id, reason: 'sweep' }).onConflictDoNothing();
      const [run] = await db
        .update(syncRuns)
        .set({ status: 'running', startedAt: sql`now()`, progress: null })
        .where(and(eq(syncRuns.id, id), inArray(syncRuns.status, ['queued', 'running'])))
        .returning();
      return run;
    },
    progress: (id: string, progress: Progress) => change(id, { progress }),
    finish: (id: string, report: RunReport) => change(id, { status: 'done', report, finishedAt: new Date() }),
    fail: (id: string, problem: RunProblem) =>
      change(id, {
        status: problem.code === 'SYNC_MASS_CHANGE' ? 'refused' : 'failed',
        problem,
        finishedAt: new Date(),
      }),
    /** Fails the runs whose last attempt ended with its server. Returns their ids. */
    async abandon(): Promise<string[]> {
      const { code, detail } = abandoned;
      const rows = await db
        .update(syncRuns)
        .set({ status: 'failed', problem: { code, message: detail }, finishedAt: sql`now()` })
        .where(and(inArray(syncRuns.status, ['queued', 'running']), not(hasRunJob(syncRuns.id))))
        .returning({ id: syncRuns.id });
      return rows.map(({ id }) => id);
    },
    async find(id: string): Promise<Run | undefined> {
      const [run] = await db.select().from(syncRuns).where(eq(syncRuns.id, id));
      return run;
    },
    /** Returns the last run that has ended and was not a dry run. */
    async lastReal(): Promise<Run | undefined> {
      const [run] = await db
        .select()
        .from(syncRuns)
        .where(and(eq(syncRuns.dryRun, false), isNotNull(syncRuns.finishedAt)))
        .orderBy(desc(syncRuns.createdAt))
        .limit(1);
      return run;
    },
    list: (limit: number): Promise<Run[]> =>
      db.select().from(syncRuns).orderBy(desc(syncRuns.createdAt)).limit(limit),
  };
}

export type RunStore = ReturnType<typeof createRunStore>;
