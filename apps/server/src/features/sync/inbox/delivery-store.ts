import { and, asc, count, desc, eq, gt, gte, inArray, isNull, lt, min, ne, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Transaction } from '../../../platform/database/open-database.ts';
import type { Failure } from '../failure.ts';
import { deliverySubjects, webhookDeliveries } from '../tables.ts';
import {
  abandonSubject,
  failDeliveries,
  failNewest,
  type FailedSubject,
  failedAttemptsOf,
  lockDeliveries,
} from './fail-deliveries.ts';

export type DeliveryStatus = (typeof webhookDeliveries.$inferSelect)['status'];

export interface PendingDelivery {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
}

export interface SettledSubject {
  readonly subject: string;
  readonly deliveries: readonly string[];
  readonly changes: readonly string[];
}

export interface DeliveryFilter {
  readonly status?: DeliveryStatus | undefined;
  readonly event?: string | undefined;
  readonly subject?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

const summary = {
  id: webhookDeliveries.id,
  event: webhookDeliveries.event,
  source: webhookDeliveries.source,
  status: webhookDeliveries.status,
  attempts: webhookDeliveries.attempts,
  outcome: webhookDeliveries.outcome,
  receivedAt: webhookDeliveries.receivedAt,
  settledAt: webhookDeliveries.settledAt,
};

const listedSubjects = 10;

/** Pending deliveries that failed, or that wait longer than a delivery usually takes. */
export interface DelayedDeliveries {
  readonly count: number;
  /** When the oldest of them was received. */
  readonly since: Date;
  /** Why the newest one failed; null if they only wait. */
  readonly failure: Failure | null;
}

const hasFailed = sql`outcome ->> 'kind' = 'error'`;
const isDelayed = sql`(${hasFailed} or received_at < now() - interval '10 seconds')`;

function idsOf(all: readonly { readonly deliveries: readonly string[] }[]): string[] {
  return [...new Set(all.flatMap(({ deliveries }) => deliveries))].toSorted();
}

/** Bodies contain personal data: only the worker reads them, and no list includes them. */
export function createDeliveryStore(db: NodePgDatabase) {
  return {
    /** Returns the pending deliveries of these subjects, oldest first, with their bodies only if `withBody` is set. */
    pendingOf(subjects: readonly string[], withBody: boolean): Promise<PendingDelivery[]> {
      return db
        .select({
          id: deliverySubjects.deliveryId,
          subject: deliverySubjects.subject,
          body: withBody ? webhookDeliveries.body : sql<string>`''`,
        })
        .from(deliverySubjects)
        .innerJoin(webhookDeliveries, eq(webhookDeliveries.id, deliverySubjects.deliveryId))
        .where(
          and(
            inArray(deliverySubjects.subject, [...subjects]),
            isNull(deliverySubjects.settledAt),
            eq(webhookDeliveries.status, 'pending'),
          ),
        )
        .orderBy(asc(webhookDeliveries.receivedAt));
    },

    async settle(settled: readonly SettledSubject[]): Promise<void> {
      const all = idsOf(settled);
      if (all.length === 0) return;
      await db.transaction(async (transaction) => {
        await lockDeliveries(transaction, all);
        const rows = settled.flatMap(({ subject, deliveries, changes }) =>
          deliveries.map((delivery) => ({ delivery, subject, changes })),
        );
        await transaction.execute(sql`
          update ${deliverySubjects} set settled_at = now(), changes = given.changes
          from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given(delivery text, subject text, changes jsonb)
          where delivery_id = given.delivery and delivery_subjects.subject = given.subject`);
        await transaction.execute(sql`
          update ${webhookDeliveries}
          set status = 'applied', settled_at = now(), attempts = attempts + 1, outcome = '{"kind":"applied"}'
          where id in (select jsonb_array_elements_text(${JSON.stringify(all)}::jsonb))
            and not exists (
              select from ${deliverySubjects} where delivery_id = webhook_deliveries.id and settled_at is null)`);
      });
    },

    fail: (failed: FailedSubject): Promise<void> => failDeliveries(db, failed),

    abandon: (subject: string): Promise<string[]> => abandonSubject(db, subject),

    failNewest: (subject: string, failure: Failure): Promise<void> => failNewest(db, subject, failure),

    /** Makes a delivery that could not be queued a dead letter. */
    async giveUp(id: string, failure: Failure): Promise<void> {
      await db
        .update(webhookDeliveries)
        .set({ status: 'failed', outcome: { kind: 'error', ...failure } })
        .where(eq(webhookDeliveries.id, id));
    },

    list({ status, event, subject, after, limit }: DeliveryFilter) {
      const conditions: (SQL | undefined)[] = [
        status && eq(webhookDeliveries.status, status),
        event === undefined ? undefined : eq(webhookDeliveries.event, event),
        subject === undefined
          ? undefined
          : inArray(
              webhookDeliveries.id,
              db
                .select({ id: deliverySubjects.deliveryId })
                .from(deliverySubjects)
                .where(eq(deliverySubjects.subject, subject)),
            ),
        // Compared in the database, because a JavaScript `Date` has no microseconds and would skip rows.
        after === undefined
          ? undefined
          : sql`(${webhookDeliveries.receivedAt}, ${webhookDeliveries.id}) < (
            select received_at, id from ${webhookDeliveries} where id = ${after})`,
      ];
      return db
        .select({
          ...summary,
          subjects: sql<string[]>`${webhookDeliveries.subjects}[1:${sql.raw(String(listedSubjects))}]`,
          subjectCount: sql<number>`cardinality(${webhookDeliveries.subjects})`,
        })
        .from(webhookDeliveries)
        .where(and(...conditions))
        .orderBy(desc(webhookDeliveries.receivedAt), desc(webhookDeliveries.id))
        .limit(limit);
    },

    /** Returns up to two ids with this prefix. `g` sorts after all hexadecimal digits. */
    async idsFrom(beginning: string): Promise<string[]> {
      const { id } = webhookDeliveries;
      const rows = await db
        .select({ id })
        .from(webhookDeliveries)
        .where(and(gte(id, beginning), lt(id, `${beginning}g`), sql`starts_with(${id}, ${beginning})`))
        .limit(2);
      return rows.map((row) => row.id);
    },

    async find(id: string) {
      const [delivery] = await db.select(summary).from(webhookDeliveries).where(eq(webhookDeliveries.id, id));
      if (delivery === undefined) return undefined;
      const subjects = db
        .select({
          subject: deliverySubjects.subject,
          settledAt: deliverySubjects.settledAt,
          changes: deliverySubjects.changes,
        })
        .from(deliverySubjects)
        .where(eq(deliverySubjects.deliveryId, id));
      const [found, failedAttempts] = await Promise.all([subjects, failedAttemptsOf(db, id)]);
      return { ...delivery, subjects: found, failedAttempts };
    },

    /** Returns when the oldest pending delivery was received, and the pending deliveries that are delayed. */
    async backlog(): Promise<{ oldestAt: Date | null; delayed: DelayedDeliveries | null }> {
      const failure = sql<Failure | null>`(
        select outcome - 'kind' from ${webhookDeliveries} where status = 'pending' and ${hasFailed}
        order by received_at desc limit 1)`;
      const [found] = await db
        .select({
          oldestAt: min(webhookDeliveries.receivedAt),
          since: sql<Date | null>`min(received_at) filter (where ${isDelayed})`.mapWith(
            webhookDeliveries.receivedAt,
          ),
          count: sql<number>`(count(*) filter (where ${isDelayed}))::int`,
          failure,
        })
        .from(webhookDeliveries)
        .where(eq(webhookDeliveries.status, 'pending'));
      if (found === undefined) throw new TypeError('A statement without groups has a row.');
      const { oldestAt, since, ...delayed } = found;
      return { oldestAt, delayed: since && { since, ...delayed } };
    },

    /** Returns when the first of the deliveries since then was received that failed or is delayed. */
    async unappliedSince(time: Date): Promise<Date | null> {
      const { status, receivedAt } = webhookDeliveries;
      const unapplied = sql`(${status} = 'failed' or (${status} = 'pending' and ${isDelayed}))`;
      const [found] = await db
        .select({ receivedAt: min(receivedAt) })
        .from(webhookDeliveries)
        .where(and(unapplied, gt(receivedAt, time)));
      return found?.receivedAt ?? null;
    },

    /** Returns when a webhook delivery was last received, from Logto itself or from `latchkey webhook listen`. */
    async lastSentAt(): Promise<Date | undefined> {
      const [last] = await db
        .select({ receivedAt: webhookDeliveries.receivedAt })
        .from(webhookDeliveries)
        .where(eq(webhookDeliveries.source, 'webhook'))
        .orderBy(desc(webhookDeliveries.receivedAt))
        .limit(1);
      return last?.receivedAt;
    },

    async counts(): Promise<Record<DeliveryStatus, number>> {
      const rows = await db
        .select({ status: webhookDeliveries.status, count: count() })
        .from(webhookDeliveries)
        .groupBy(webhookDeliveries.status);
      const none = { pending: 0, applied: 0, ignored: 0, failed: 0 };
      return { ...none, ...Object.fromEntries(rows.map((row) => [row.status, row.count])) };
    },

    /**
     * Makes all dead letters, or the named deliveries unless they were ignored, pending again. `enqueue` queues their
     * subjects in the same transaction. Returns their number.
     */
    async reopen(
      which: readonly string[] | 'dead',
      enqueue: (subjects: string[], transaction: Transaction) => Promise<void>,
    ): Promise<number> {
      const condition =
        which === 'dead' ? eq(webhookDeliveries.status, 'failed') : inArray(webhookDeliveries.id, [...which]);
      return db.transaction(async (transaction) => {
        const reopened = await transaction
          .update(webhookDeliveries)
          .set({ status: 'pending', settledAt: null })
          .where(and(condition, ne(webhookDeliveries.status, 'ignored')))
          .returning({ id: webhookDeliveries.id });
        if (reopened.length === 0) return 0;
        const subjects = await transaction
          .update(deliverySubjects)
          .set({ settledAt: null })
          .where(
            inArray(
              deliverySubjects.deliveryId,
              reopened.map(({ id }) => id),
            ),
          )
          .returning({ subject: deliverySubjects.subject });
        await enqueue([...new Set(subjects.map(({ subject }) => subject))], transaction);
        return reopened.length;
      });
    },

    /** Returns the subjects of deliveries received since then. */
    async subjectsReceivedSince(time: Date): Promise<string[]> {
      const rows = await db
        .selectDistinct({ subject: deliverySubjects.subject })
        .from(deliverySubjects)
        .innerJoin(webhookDeliveries, eq(webhookDeliveries.id, deliverySubjects.deliveryId))
        .where(sql`${webhookDeliveries.receivedAt} >= ${time.toISOString()}::timestamptz`);
      return rows.map(({ subject }) => subject).filter((subject) => subject !== 'directory');
    },

    /** Deletes old settled deliveries, because their bodies contain personal data. */
    async deleteOlderThan(days: number): Promise<void> {
      await db
        .delete(webhookDeliveries)
        .where(
          and(
            inArray(webhookDeliveries.status, ['applied', 'ignored']),
            sql`${webhookDeliveries.receivedAt} < now() - make_interval(days => ${days})`,
          ),
        );
    },
  };
}

export type DeliveryStore = ReturnType<typeof createDeliveryStore>;
