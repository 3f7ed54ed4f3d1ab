import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { deliverySubjects, webhookDeliveries } from '../database/schema.ts';
import type { SyncQueues } from '../sync/sync-queues.ts';

/** Deliveries queued in one transaction. */
const many = 2_000;

/**
 * The first of several is queued at once, those that come meanwhile after the pause; while more than so many come in a
 * pause, after as many pauses at most. Milliseconds.
 */
const rush = { pause: 50, arrivals: 100, pauses: 20 };

/**
 * Makes jobs for deliveries that have none yet, both or neither. What one replica received and could not queue any more
 * is queued by any other. While deliveries pour in, their jobs wait a moment: to acknowledge them comes first.
 */
export function createQueueArrivals(
  db: NodePgDatabase,
  queues: Pick<SyncQueues, 'enqueue'>,
  onError: (error: unknown) => void,
): (deliveries?: number) => void {
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

  let arrivals = 0;
  let running = false;
  const rushIsOver = async (): Promise<void> => {
    for (let pauses = 0; pauses < rush.pauses; pauses++) {
      const before = arrivals;
      await sleep(rush.pause); // oxlint-disable-line no-await-in-loop -- a look after each pause
      if (arrivals - before < rush.arrivals) return;
    }
  };
  const run = async (): Promise<void> => {
    running = true;
    try {
      /* oxlint-disable no-await-in-loop -- until none is left */
      while (arrivals > 0) {
        arrivals = 0;
        while ((await queueSome()) === many);
        if (arrivals > 0) await rushIsOver();
      }
      /* oxlint-enable no-await-in-loop */
    } catch (error) {
      onError(error);
    } finally {
      running = false;
    }
  };
  return (deliveries = 1) => {
    arrivals += deliveries;
    if (!running) void run();
  };
}
