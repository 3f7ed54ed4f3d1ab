import { sql } from 'drizzle-orm';
import type { Database } from '../../database/open-database.ts';
import type { AuditEvent } from './audit-event.ts';
import type { EventStore } from './event-store.ts';
import { auditBegun } from './tables.ts';

/** Milliseconds after which a change that has not ended never will: its server was killed. No change takes as long. */
const longest = 180_000;

/** Changes that have begun, so that what a killed server was at is found in the log. */
export interface BegunChanges {
  /** Remembers the event that is stored if the change never ends. @throws {DatabaseError} */
  begin(event: AuditEvent): Promise<void>;
  /** Forgets a change that has ended without an event. @throws {DatabaseError} */
  forget(id: string): Promise<void>;
  /** Stores the events of the changes that never ended, and returns them. @throws {DatabaseError} */
  storeInterrupted(): Promise<readonly AuditEvent[]>;
}

export function createBegunChanges(
  { db }: Pick<Database, 'db'>,
  store: Pick<EventStore, 'insertWith'>,
): BegunChanges {
  return {
    async begin(event) {
      await db.insert(auditBegun).values({ id: event.id, begunAt: sql`now()`, event });
    },
    async forget(id) {
      await db.delete(auditBegun).where(sql`${auditBegun.id} = ${id}`);
    },
    storeInterrupted: () =>
      db.transaction(async (tx) => {
        const isOver = sql`${auditBegun.begunAt} < now() - ${longest} * interval '1 millisecond'`;
        const rows = await tx.delete(auditBegun).where(isOver).returning({ event: auditBegun.event });
        const events = rows.map(({ event }) => event);
        if (events.length > 0) await store.insertWith(tx, events);
        return events;
      }),
  };
}
