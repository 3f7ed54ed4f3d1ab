import { eq, lt, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../../platform/database/open-database.ts';
import { lateEffect } from '../../platform/trpc/error-data.ts';
import type { AuditEvent } from './audit-event.ts';
import type { EventStore } from './event-store.ts';
import { changesOfRoles, wasMade, type PresentState } from './interrupted-change.ts';
import { auditBegun } from './tables.ts';

/** Milliseconds after which an unfinished change counts as interrupted. No change takes that long. */
const maxDuration = 180_000;
/** Milliseconds after which it is no longer attempted to read whether an interrupted change was made. */
const readableFor = 86_400_000;

/** Records of changes in progress, so that the log shows what a killed server was doing. */
export type BegunChanges = ReturnType<typeof createBegunChanges>;

const begunBefore = (age: number): SQL =>
  lt(auditBegun.begunAt, sql`now() - ${age} * interval '1 millisecond'`);

export function createBegunChanges(
  { db }: Pick<Database, 'db'>,
  store: Pick<EventStore, 'insertWith'>,
  present: PresentState,
) {
  const laterThan = async ({ at, id, tenant, subject, instance }: AuditEvent): Promise<AuditEvent[]> => {
    const { rows } = await db.execute<{ event: AuditEvent }>(sql`
      with later as (
        select at, id, tenant, action, instance, to_jsonb(audit_events) as event from audit_events
        where tenant = ${tenant} and kind = 'change' and outcome = 'done' and subject = ${subject}
          and at >= ${at}::timestamptz
        union all
        -- A later change that was interrupted too began with what it found.
        select (event ->> 'at')::timestamptz, id, event ->> 'tenant', event ->> 'action', event ->> 'instance', event
        from audit_begun where event ->> 'subject' = ${subject})
      select event from later
      where (at, id) > (${at}::timestamptz, ${id}::uuid) and tenant = ${tenant}
        and (instance is not distinct from ${instance} or action = 'member.remove')
        and action = any(${sql.param(changesOfRoles)})
      order by at, id limit 1000`);
    return rows.map(({ event }) => event);
  };
  const settled = async (event: AuditEvent, isOver: boolean): Promise<AuditEvent> => {
    const made = isOver
      ? undefined
      : await wasMade(event, event.subject === null ? [] : await laterThan(event), present);
    if (made === undefined) return { ...event, outcome: 'unknown' };
    return made ? { ...event, outcome: 'done', reason: null } : event;
  };
  return {
    /** Records that a change begins, with the event to log if its end is never recorded. @throws {DatabaseError} */
    async begin(event: AuditEvent): Promise<void> {
      await db.insert(auditBegun).values({ id: event.id, begunAt: sql`now()`, event });
    },
    /** Leaves a change that failed with an unknown effect to `storeInterrupted`. @throws {DatabaseError} */
    async leave(id: string, reason: string): Promise<void> {
      await db
        .update(auditBegun)
        .set({
          begunAt: sql`now() - ${maxDuration - lateEffect} * interval '1 millisecond'`,
          event: sql`jsonb_set(${auditBegun.event}, '{reason}', to_jsonb(${reason}::text))`,
        })
        .where(eq(auditBegun.id, id));
    },
    /** Deletes the record of a change that has ended without an event. @throws {DatabaseError} */
    async forget(id: string): Promise<void> {
      await db.delete(auditBegun).where(eq(auditBegun.id, id));
    },
    /**
     * Logs what became of changes that never ended, and returns the events. During an outage of Permit or Logto, they
     * wait for the next call; after a day, it is unknown whether they were made.
     * @throws {DatabaseError | PermitApiError | LogtoApiError} during an outage, with the events so far logged
     */
    async storeInterrupted(onStored: (events: readonly AuditEvent[]) => void): Promise<void> {
      const isOver = sql<boolean>`${begunBefore(readableFor)}`;
      const rows = await db
        .select({ id: auditBegun.id, event: auditBegun.event, isOver })
        .from(auditBegun)
        .where(begunBefore(maxDuration))
        .orderBy(auditBegun.id);
      /* oxlint-disable no-await-in-loop -- oldest first, because a later change shows what became of an earlier one */
      for (const { id, event, isOver } of rows) {
        const found = await settled(event, isOver);
        await db.transaction(async (tx) => {
          const deleted = await tx.delete(auditBegun).where(eq(auditBegun.id, id)).returning();
          // Another replica may have logged it.
          if (deleted.length > 0) await store.insertWith(tx, [found]);
        });
        onStored([found]);
      }
      /* oxlint-enable no-await-in-loop */
    },
  };
}
