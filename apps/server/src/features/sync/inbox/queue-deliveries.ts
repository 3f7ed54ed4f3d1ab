import { setTimeout as sleep } from 'node:timers/promises';
import type { LogtoEventName } from '@latchkey/directory-sync';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { divideBatch } from '../../../platform/database/outage.ts';
import { deliverySubjects, isUnqueued, webhookDeliveries } from '../tables.ts';
import type { SyncQueues } from '../worker/sync-queues.ts';

export interface UnqueuedDelivery extends Record<string, unknown> {
  readonly id: string;
  readonly event: string;
  readonly subjects: readonly string[];
}

const signUpEvents: ReadonlySet<string> = new Set([
  'PostRegister',
  'User.Created',
] satisfies LogtoEventName[]);

export interface QueueDeliveries {
  /** Queues the deliveries immediately, or after the running batch and any burst. Never throws. */
  readonly add: (deliveries: readonly UnqueuedDelivery[]) => void;
  /** Finds and queues deliveries that a replica stored but did not queue because it ended. Never throws. */
  readonly addForgotten: () => void;
}

export interface QueueDeliveriesCallbacks {
  /** Called with a delivery that can never be queued, to make it a dead letter. */
  readonly onBadDelivery: (delivery: UnqueuedDelivery, error: unknown) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Maximum deliveries per transaction. */
const transactionSize = 1_000;

/**
 * During a burst of at least `arrivals` new deliveries per `pause` milliseconds, queueing waits for at most `pauses`
 * pauses, because acknowledging deliveries has priority.
 */
const burst = { pause: 50, arrivals: 100, pauses: 100 };

/**
 * Writes the rows in `delivery_subjects` and the jobs in one transaction, so that a delivery without such rows is known
 * to be unqueued.
 */
export function createQueueDeliveries(
  db: NodePgDatabase,
  enqueue: SyncQueues['enqueue'],
  { onBadDelivery, onError }: QueueDeliveriesCallbacks,
): QueueDeliveries {
  let waiting: UnqueuedDelivery[] = [];
  let running = false;

  const queueTogether = (deliveries: readonly UnqueuedDelivery[]): Promise<void> =>
    db.transaction(async (transaction) => {
      const rows = deliveries.flatMap(({ id, subjects }) => subjects.map((subject) => ({ id, subject })));
      const { rows: fresh } = await transaction.execute<{ subject: string }>(sql`
        with named as (
          insert into ${deliverySubjects} (delivery_id, subject)
          select * from unnest(
            ${sql.param(rows.map(({ id }) => id))}::text[], ${sql.param(rows.map(({ subject }) => subject))}::text[])
          order by 1, 2 on conflict do nothing returning subject
        )
        select distinct subject from named`);
      const signUps = new Set(
        deliveries.flatMap(({ event, subjects }) => (signUpEvents.has(event) ? subjects : [])),
      );
      await enqueue(
        fresh.map(({ subject }) => subject),
        { transaction, signUps },
      );
    });
  const waitForEndOfBurst = async (): Promise<void> => {
    for (let pauses = 0; pauses < burst.pauses; pauses++) {
      const before = waiting.length;
      await sleep(burst.pause); // oxlint-disable-line no-await-in-loop -- counts after each pause
      if (waiting.length - before < burst.arrivals) return;
    }
  };
  const run = async (): Promise<void> => {
    running = true;
    try {
      /* oxlint-disable no-await-in-loop -- until none is left */
      for (let first = true; waiting.length > 0; first = false) {
        if (!first) await waitForEndOfBurst();
        const taken = waiting;
        waiting = [];
        for (let start = 0; start < taken.length; start += transactionSize)
          await divideBatch(taken.slice(start, start + transactionSize), queueTogether, onBadDelivery);
      }
      /* oxlint-enable no-await-in-loop */
    } catch (error) {
      onError(error);
    } finally {
      running = false;
    }
  };
  const add = (deliveries: readonly UnqueuedDelivery[]): void => {
    waiting.push(...deliveries);
    if (!running && waiting.length > 0) void run();
  };
  return {
    add,
    addForgotten: () => void findForgotten(db).then(add, onError),
  };
}

/** Finds deliveries older than five seconds: the replica that received them would have queued them by now. */
async function findForgotten(db: NodePgDatabase): Promise<UnqueuedDelivery[]> {
  const { rows } = await db.execute<UnqueuedDelivery>(sql`
    select id, event, subjects from ${webhookDeliveries}
    where received_at < now() - interval '5 seconds' and ${isUnqueued}
    order by received_at limit ${transactionSize}`);
  return rows;
}
