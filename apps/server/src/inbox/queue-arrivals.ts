import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { deliverySubjects, webhookDeliveries } from '../database/schema.ts';
import type { SyncQueues } from '../sync/sync-queues.ts';

/** Deliveries queued in one transaction. */
const many = 2_000;

/** Milliseconds: the first of many is queued at once; the others when none has come for so long, or after so long at most. */
const calm = { pause: 100, most: 1_000 };

/**
 * Makes jobs for deliveries that have none yet, both or neither. What one replica received and could not queue any more
 * is queued by any other. While deliveries pour in, their jobs wait a moment: to acknowledge them comes first.
 */
export function createQueueArrivals(
  db: NodePgDatabase,
  queues: Pick<SyncQueues, 'enqueue'>,
  onError: (error: unknown) => void,
): () => void {
  const queueSome = (): Promise<number> =>
    db.transaction(async (transaction) => {
      const { rows } = await transaction.execute<{ deliveries: number; subjects: string[] }>(sql`
        with arrived as (
          update ${webhookDeliveries} set queued_at = now()
          where id in (
            select id from ${webhookDeliveries} where queued_at is null
            order by received_at limit ${many} for update skip locked)
          returning id, subjects
        ), named as (
          insert into ${deliverySubjects} (delivery_id, subject)
          select id, unnest(subjects) from arrived on conflict do nothing
        )
        select (select count(*)::int from arrived) as deliveries,
          array(select distinct unnest(subjects) from arrived) as subjects`);
      const { deliveries = 0, subjects = [] } = rows[0] ?? {};
      await queues.enqueue(subjects, { transaction });
      return deliveries;
    });

  let arrivedAt = 0;
  let wanted = false;
  let running = false;
  const untilCalm = async (): Promise<void> => {
    const end = performance.now() + calm.most;
    // oxlint-disable-next-line no-await-in-loop -- until none has come for a while
    while (performance.now() < Math.min(end, arrivedAt + calm.pause)) await sleep(calm.pause);
  };
  const run = async (): Promise<void> => {
    running = true;
    try {
      /* oxlint-disable no-await-in-loop -- until none is left */
      while (wanted) {
        wanted = false;
        while ((await queueSome()) === many);
        if (wanted) await untilCalm();
      }
      /* oxlint-enable no-await-in-loop */
    } catch (error) {
      onError(error);
    } finally {
      running = false;
    }
  };
  return () => {
    arrivedAt = performance.now();
    wanted = true;
    if (!running) void run();
  };
}
