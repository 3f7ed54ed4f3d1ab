import { sql } from 'drizzle-orm';
import type { Database } from '../../platform/database/open-database.ts';
import type { AuditEvent } from './audit-event.ts';
import type { EventStore } from './event-store.ts';
import { auditBegun } from './tables.ts';

/** Milliseconds after which an unfinished change counts as interrupted. No change takes that long. */
const longest = 180_000;

/** Records of changes in progress, so that the log shows what a killed server was doing. */
export type BegunChanges = ReturnType<typeof createBegunChanges>;

export function createBegunChanges({ db }: Pick<Database, 'db'>, store: Pick<EventStore, 'insertWith'>) {
  return {
    /** Records that a change begins, with the event to log if its end is never recorded. @throws {DatabaseError} */
    async begin(event: AuditEvent): Promise<void> {
      await db.insert(auditBegun).values({ id: event.id, begunAt: sql`now()`, event });
    },
    /** Deletes the record of a change that has ended without an event. @throws {DatabaseError} */
    async forget(id: string): Promise<void> {
      await db.delete(auditBegun).where(sql`${auditBegun.id} = ${id}`);
    },
    /** Logs the events of changes that never ended, and returns them. @throws {DatabaseError} */
    storeInterrupted: (): Promise<readonly AuditEvent[]> =>
      db.transaction(async (tx) => {
        const isOver = sql`${auditBegun.begunAt} < now() - ${longest} * interval '1 millisecond'`;
        const rows = await tx.delete(auditBegun).where(isOver).returning({ event: auditBegun.event });
        const events = rows.map(({ event }) => event);
        if (events.length > 0) await store.insertWith(tx, events);
        return events;
      }),
  };
}
