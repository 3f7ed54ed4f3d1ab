import { and, eq, gt, inArray, isNull, lte, or, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { GrantFailure } from './grant.ts';
import type { GrantRow } from './request-store.ts';
import { accessGrants } from './tables.ts';

/** Milliseconds that one attempt may take: afterwards somebody else tries. Longer than all deadlines of an attempt together. */
const lease = 30_000;

/** The grants of all tenants, as those see them who carry them out. */
export interface GrantStore {
  /** Takes grants that are to be assigned or removed. Nobody else gets them until the time of an attempt is over. */
  claim(limit: number): Promise<GrantRow[]>;
  /** Takes one grant whose end has come, also from somebody else; `undefined` when it has not come, or is done. */
  claimEnding(id: string): Promise<GrantRow | undefined>;
  activate(id: string): Promise<void>;
  fail(id: string, failure: GrantFailure): Promise<void>;
  end(id: string): Promise<void>;
  /** Nobody tries again before this time. */
  retryAt(id: string, at: Date): Promise<void>;
  /** Marks the grants whose end is near: 24 hours, or the last quarter of a shorter grant. Each is returned once. */
  warn(): Promise<GrantRow[]>;
}

export interface GrantStoreDeps {
  readonly db: NodePgDatabase;
  readonly now: () => Date;
}

const isOverdue = (now: Date): SQL | undefined =>
  and(inArray(accessGrants.status, ['pending', 'active']), lte(accessGrants.expiresAt, now));

const taken = (at: Date) => {
  const overdue = sql`(${isOverdue(at)})`;
  return {
    status: sql`case when ${overdue} then 'ending' else ${accessGrants.status} end`,
    attempts: sql`case when ${overdue} then 1 else ${accessGrants.attempts} + 1 end`,
    nextAttemptAt: new Date(at.getTime() + lease),
  };
};

export function createGrantStore({ db, now }: GrantStoreDeps): GrantStore {
  const settle = async (id: string, from: GrantRow['status'], to: Partial<GrantRow>): Promise<void> => {
    await db
      .update(accessGrants)
      .set(to)
      .where(and(eq(accessGrants.id, id), eq(accessGrants.status, from)));
  };

  return {
    async claim(limit) {
      const at = now();
      const due = db
        .select({ id: accessGrants.id })
        .from(accessGrants)
        .where(
          or(
            isOverdue(at),
            and(inArray(accessGrants.status, ['pending', 'ending']), lte(accessGrants.nextAttemptAt, at)),
          ),
        )
        .orderBy(accessGrants.nextAttemptAt)
        .limit(limit)
        .for('update', { skipLocked: true });
      return db.update(accessGrants).set(taken(at)).where(inArray(accessGrants.id, due)).returning();
    },
    async claimEnding(id) {
      const at = now();
      const [claimed] = await db
        .update(accessGrants)
        .set(taken(at))
        .where(and(eq(accessGrants.id, id), or(isOverdue(at), eq(accessGrants.status, 'ending'))))
        .returning();
      return claimed;
    },
    activate: (id) => settle(id, 'pending', { status: 'active', attempts: 0 }),
    fail: (id, failure) => settle(id, 'pending', { status: 'failed', failure, endedAt: now() }),
    end: (id) => settle(id, 'ending', { status: 'ended', endedAt: now() }),
    async retryAt(id, at) {
      await db.update(accessGrants).set({ nextAttemptAt: at }).where(eq(accessGrants.id, id));
    },
    async warn() {
      const at = now();
      const { expiresAt, decidedAt, warnedAt, status } = accessGrants;
      return db
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
    },
  };
}
