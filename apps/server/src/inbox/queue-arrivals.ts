import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { deliverySubjects, webhookDeliveries } from '../database/schema.ts';
import type { SyncQueues } from '../sync/sync-queues.ts';
import { isUnqueued } from './unqueued.ts';

/** A delivery that is written down and waits for its jobs. */
export interface Arrived extends Record<string, unknown> {
  readonly id: string;
  readonly subjects: readonly string[];
}

export interface QueueArrivals {
  /** Soon; at once when at rest. */
  readonly add: (arrived: readonly Arrived[]) => void;
  /** Those that some replica has received and did not live to queue. */
  readonly addForgotten: () => void;
}

/** Deliveries queued in one transaction. */
const many = 1_000;

/**
 * The first of several is queued at once, those that come meanwhile after the pause; while more than so many come in a
 * pause, after as many pauses at most. Milliseconds.
 */
const rush = { pause: 50, arrivals: 100, pauses: 100 };

/**
 * Makes jobs for deliveries: the rows of their subjects and the jobs, both or neither. While deliveries pour in, their
 * jobs wait a moment: to acknowledge them comes first. What could not be queued is found again by its missing rows.
 */
export function createQueueArrivals(
  db: NodePgDatabase,
  queues: Pick<SyncQueues, 'enqueue'>,
  onError: (error: unknown) => void,
): QueueArrivals {
  let waiting: Arrived[] = [];
  let running = false;

  const queueSome = (some: readonly Arrived[]): Promise<void> =>
    db.transaction(async (transaction) => {
      const rows = some.flatMap(({ id, subjects }) => subjects.map((subject) => ({ id, subject })));
      const { rows: fresh } = await transaction.execute<{ subject: string }>(sql`
        with named as (
          insert into ${deliverySubjects} (delivery_id, subject)
          select * from unnest(
            ${sql.param(rows.map(({ id }) => id))}::text[], ${sql.param(rows.map(({ subject }) => subject))}::text[])
          order by 1, 2 on conflict do nothing returning subject
        )
        select distinct subject from named`);
      await queues.enqueue(
        fresh.map(({ subject }) => subject),
        { transaction },
      );
    });
  const rushIsOver = async (): Promise<void> => {
    for (let pauses = 0; pauses < rush.pauses; pauses++) {
      const before = waiting.length;
      await sleep(rush.pause); // oxlint-disable-line no-await-in-loop -- a look after each pause
      if (waiting.length - before < rush.arrivals) return;
    }
  };
  const run = async (): Promise<void> => {
    running = true;
    try {
      /* oxlint-disable no-await-in-loop -- until none is left */
      for (let first = true; waiting.length > 0; first = false) {
        if (!first) await rushIsOver();
        const taken = waiting;
        waiting = [];
        for (let start = 0; start < taken.length; start += many)
          await queueSome(taken.slice(start, start + many));
      }
      /* oxlint-enable no-await-in-loop */
    } catch (error) {
      onError(error);
    } finally {
      running = false;
    }
  };
  const add = (arrived: readonly Arrived[]): void => {
    waiting.push(...arrived);
    if (!running && waiting.length > 0) void run();
  };
  return {
    add,
    addForgotten: () => void forgotten(db).then(add, onError),
  };
}

/** Old enough that whoever received them would have queued them, were they still there. */
async function forgotten(db: NodePgDatabase): Promise<Arrived[]> {
  const { rows } = await db.execute<Arrived>(sql`
    select id, subjects from ${webhookDeliveries}
    where received_at < now() - interval '5 seconds' and ${isUnqueued}
    order by received_at limit ${many}`);
  return rows;
}
