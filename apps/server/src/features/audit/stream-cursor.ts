import { randomUUID } from 'node:crypto';
import { and, asc, eq, getTableColumns, lte, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { AuditEvent } from './audit-event.ts';
import { auditEvents, auditStreams } from './tables.ts';

/** A batch to send. While it is claimed, no other replica sends. */
export interface ClaimedBatch {
  readonly events: readonly AuditEvent[];
  /** Failed attempts of this batch so far. */
  readonly failures: number;
  /** Moves the cursor past the batch. Does nothing when another replica has claimed it in the meantime. */
  sent(): Promise<void>;
  /** Delays the next attempt of any replica by this many milliseconds. */
  failed(pause: number): Promise<void>;
}

/** The position of a stream, shared by all replicas. */
export interface StreamCursor {
  /** `undefined`: another replica sends, or a pause has not ended. */
  claim(limit: number): Promise<ClaimedBatch | undefined>;
}

/** Milliseconds after which another replica takes over; longer than an attempt. */
const lease = 30_000;
const firstId = '00000000-0000-0000-0000-000000000000';
const inMilliseconds = (time: number) => sql`now() + ${time} * interval '1 millisecond'`;

/**
 * Reads in transaction order, and only up to the oldest transaction still running, so that one that commits late is not
 * skipped. Starts with events stored after the first claim, or from the beginning of the oldest transaction running at
 * that time in any database of this PostgreSQL.
 */
export function createStreamCursor(db: NodePgDatabase, target: 'file' | 'http'): StreamCursor {
  const { writtenBy, ...columns } = getTableColumns(auditEvents);
  return {
    async claim(limit) {
      await db
        .insert(auditStreams)
        .values({
          target,
          writtenBy: sql`pg_snapshot_xmin(pg_current_snapshot())`,
          lastId: firstId,
          nextAttemptAt: sql`now()`,
        })
        .onConflictDoNothing();
      const claim = randomUUID();
      const [claimed] = await db
        .update(auditStreams)
        .set({ claim, nextAttemptAt: inMilliseconds(lease), failures: sql`${auditStreams.failures} + 1` })
        .where(and(eq(auditStreams.target, target), lte(auditStreams.nextAttemptAt, sql`now()`)))
        .returning();
      if (claimed === undefined) return undefined;
      const settle = async (to: object): Promise<void> => {
        await db
          .update(auditStreams)
          .set(to)
          .where(and(eq(auditStreams.target, target), eq(auditStreams.claim, claim)));
      };
      const rows = await db
        .select({ event: columns, writtenBy })
        .from(auditEvents)
        .where(
          sql`(${writtenBy}, ${auditEvents.id}) > (${claimed.writtenBy}::xid8, ${claimed.lastId}::uuid)
            and ${writtenBy} < pg_snapshot_xmin(pg_current_snapshot())`,
        )
        .orderBy(asc(writtenBy), asc(auditEvents.id))
        .limit(limit);
      const last = rows.at(-1);
      return {
        events: rows.map(({ event }) => ({ ...event, at: event.at.toISOString() })),
        failures: claimed.failures - 1,
        sent: () =>
          settle({
            failures: 0,
            nextAttemptAt: sql`now()`,
            ...(last === undefined ? {} : { writtenBy: last.writtenBy, lastId: last.event.id }),
          }),
        failed: (pause) => settle({ nextAttemptAt: inMilliseconds(pause) }),
      };
    },
  };
}
