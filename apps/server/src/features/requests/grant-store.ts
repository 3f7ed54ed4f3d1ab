import { and, eq, gt, inArray, isNotNull, isNull, lte, or, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Transaction } from '../../platform/database/open-database.ts';
import type { Notices } from '../../directory/notice.ts';
import { accessGrants, type GrantFailure, type GrantRow } from './tables.ts';

/** Milliseconds for which a worker holds a grant. Longer than the sum of all timeouts in an attempt. */
const lease = 30_000;
/** Milliseconds within which a timed-out assignment may still take effect. Longer than the timeout of a call. */
export const assignmentTime = 15_000;

export interface GrantStoreDeps {
  readonly db: NodePgDatabase;
  readonly now: () => Date;
  /** Records the end of a grant in the audit log, within the transaction. */
  readonly recordEnd: (transaction: Transaction, grant: GrantRow) => Promise<void>;
  readonly notices: Pick<Notices, 'add'>;
}

const isOverdue = (now: Date): SQL | undefined =>
  and(inArray(accessGrants.status, ['pending', 'active']), lte(accessGrants.expiresAt, now));

export const leaseColumns = (at: Date) => {
  const overdue = sql`(${isOverdue(at)})`;
  return {
    status: sql`case when ${overdue} then 'ending' else ${accessGrants.status} end`,
    attempts: sql`case when ${overdue} then 1 else ${accessGrants.attempts} + 1 end`,
    nextAttemptAt: new Date(at.getTime() + lease),
    assigningUntil: sql`case when ${overdue} or ${accessGrants.status} <> 'pending' then null
      else ${new Date(at.getTime() + assignmentTime).toISOString()}::timestamptz end`,
  };
};

const isNotAssigning = (at: Date): SQL | undefined =>
  or(isNull(accessGrants.assigningUntil), lte(accessGrants.assigningUntil, at));

export type GrantStore = ReturnType<typeof createGrantStore>;

/** The grants of all tenants, as the workers see them. */
export function createGrantStore({ db, now, recordEnd, notices }: GrantStoreDeps) {
  return {
    /** Claims grants until their leases expire. Skips a removal while an assignment may still take effect. */
    async claim(limit: number): Promise<GrantRow[]> {
      const at = now();
      const due = db
        .select({ id: accessGrants.id })
        .from(accessGrants)
        .where(
          or(
            and(isOverdue(at), isNotAssigning(at)),
            and(eq(accessGrants.status, 'pending'), lte(accessGrants.nextAttemptAt, at)),
            and(eq(accessGrants.status, 'ending'), lte(accessGrants.nextAttemptAt, at), isNotAssigning(at)),
          ),
        )
        .orderBy(accessGrants.nextAttemptAt)
        .limit(limit)
        .for('update', { skipLocked: true });
      return db.update(accessGrants).set(leaseColumns(at)).where(inArray(accessGrants.id, due)).returning();
    },
    /**
     * Claims one ended grant, even if another worker has claimed it. Returns `assigning` if an assignment may still take
     * effect, so that the role cannot be removed yet; `undefined` if the grant has not ended or nothing is left to
     * remove.
     */
    async claimEnding(id: string): Promise<GrantRow | 'assigning' | undefined> {
      const at = now();
      const isOver = and(eq(accessGrants.id, id), or(isOverdue(at), eq(accessGrants.status, 'ending')));
      const [claimed] = await db
        .update(accessGrants)
        .set(leaseColumns(at))
        .where(and(isOver, isNotAssigning(at)))
        .returning();
      if (claimed !== undefined) return claimed;
      const assigning = await db.select({ id: accessGrants.id }).from(accessGrants).where(isOver);
      return assigning.length > 0 ? 'assigning' : undefined;
    },
    /** Records that the role is assigned. If the grant has ended in the meantime, the role must still be removed. */
    async activate(id: string): Promise<void> {
      const { status, attempts } = accessGrants;
      const isPending = eq(status, 'pending');
      await db
        .update(accessGrants)
        .set({
          status: sql`case when ${isPending} then 'active' else ${status} end`,
          attempts: sql`case when ${isPending} then 0 else ${attempts} end`,
          assigningUntil: null,
        })
        .where(and(eq(accessGrants.id, id), inArray(status, ['pending', 'ending'])));
    },
    /** Afterwards there is nothing to remove, even if the grant has ended in the meantime. */
    async fail(id: string, failure: GrantFailure): Promise<void> {
      const { status, assigningUntil } = accessGrants;
      await db
        .update(accessGrants)
        .set({ status: 'failed', failure, endedAt: now(), assigningUntil: null })
        .where(
          and(
            eq(accessGrants.id, id),
            or(eq(status, 'pending'), and(eq(status, 'ending'), isNotNull(assigningUntil))),
          ),
        );
    },
    /** Records that the role is removed: only once, even if several replicas end the grant. */
    end: (id: string): Promise<void> =>
      db.transaction(async (transaction) => {
        const [ended] = await transaction
          .update(accessGrants)
          .set({ status: 'ended', endedAt: now() })
          .where(and(eq(accessGrants.id, id), eq(accessGrants.status, 'ending')))
          .returning();
        // If a user ended the grant, the audit log already has their change.
        if (ended?.endedBy === null) await recordEnd(transaction, ended);
      }),
    async retryAt(id: string, at: Date): Promise<void> {
      await db.update(accessGrants).set({ nextAttemptAt: at }).where(eq(accessGrants.id, id));
    },
    /** Like `retryAt`, but for a grant for which Permit was not called. */
    async release(id: string, at: Date): Promise<void> {
      await db
        .update(accessGrants)
        .set({ nextAttemptAt: at, assigningUntil: null })
        .where(eq(accessGrants.id, id));
    },
    /**
     * Marks the grants that have at most 24 hours or a quarter of their duration left, whichever is less, and queues
     * their notices. Returns each grant only once.
     */
    warn: (): Promise<GrantRow[]> =>
      db.transaction(async (transaction) => {
        const at = now();
        const { expiresAt, decidedAt, warnedAt, status } = accessGrants;
        const warned = await transaction
          .update(accessGrants)
          .set({ warnedAt: at })
          .where(
            and(
              eq(status, 'active'),
              isNull(warnedAt),
              gt(expiresAt, at),
              sql`${at} >= ${expiresAt} - least(interval '24 hours', (${expiresAt} - ${decidedAt}) / 4)`,
            ),
          )
          .returning();
        await notices.add(
          transaction,
          warned.map(({ id: grantId, expiresAt: endsAt }) => ({ kind: 'ends-soon', grantId, endsAt })),
        );
        return warned;
      }),
  };
}
