import { setTimeout as sleep } from 'node:timers/promises';
import { asc, inArray, isNull, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { deliverySubjects, webhookDeliveries } from '../database/schema.ts';
import type { SyncQueues } from '../sync/sync-queues.ts';

/** Deliveries queued in one transaction. */
const many = 500;

/** Milliseconds between two transactions under load, so that each has many to queue; the first never waits. */
const pause = 100;

/**
 * Makes jobs for deliveries that have none yet, both or neither. What one replica received and could not queue any more
 * is queued by any other.
 */
export function createQueueArrivals(
  db: NodePgDatabase,
  queues: Pick<SyncQueues, 'enqueue'>,
  onError: (error: unknown) => void,
): () => void {
  const queueSome = (): Promise<number> =>
    db.transaction(async (transaction) => {
      const arrived = await transaction
        .select({ id: webhookDeliveries.id, subjects: webhookDeliveries.subjects })
        .from(webhookDeliveries)
        .where(isNull(webhookDeliveries.queuedAt))
        .orderBy(asc(webhookDeliveries.receivedAt))
        .limit(many)
        .for('update', { skipLocked: true });
      if (arrived.length === 0) return 0;
      const rows = arrived.flatMap(({ id, subjects }) =>
        subjects.map((subject) => ({ deliveryId: id, subject })),
      );
      if (rows.length > 0) await transaction.insert(deliverySubjects).values(rows).onConflictDoNothing();
      await queues.enqueue([...new Set(rows.map(({ subject }) => subject))], { transaction });
      await transaction
        .update(webhookDeliveries)
        .set({ queuedAt: sql`now()` })
        .where(
          inArray(
            webhookDeliveries.id,
            arrived.map(({ id }) => id),
          ),
        );
      return arrived.length;
    });

  let wanted = false;
  let running = false;
  const run = async (): Promise<void> => {
    running = true;
    try {
      while (wanted) {
        wanted = false;
        while ((await queueSome()) === many); // oxlint-disable-line no-await-in-loop -- until none is left
        if (wanted) await sleep(pause); // oxlint-disable-line no-await-in-loop -- see above
      }
    } catch (error) {
      onError(error);
    } finally {
      running = false;
    }
  };
  return () => {
    wanted = true;
    if (!running) void run();
  };
}
