import { createHash } from 'node:crypto';
import { isTestEvent, subjectName, subjectsOf, type LogtoEvent } from '@latchkey/directory-sync';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { deliverySubjects, webhookDeliveries } from '../database/schema.ts';
import type { SyncQueues } from '../sync/sync-queues.ts';
import { groupCommits } from './group-commits.ts';

export interface Inbox {
  /** Durable once it resolves. The same bytes again are a duplicate, whatever became of the first. */
  receive(
    body: Buffer,
    event: LogtoEvent,
    source?: 'webhook' | 'recovered',
  ): Promise<'accepted' | 'duplicate'>;
}

export interface InboxDeps {
  readonly db: NodePgDatabase;
  readonly queues: Pick<SyncQueues, 'enqueue'>;
}

interface Arrival {
  readonly row: typeof webhookDeliveries.$inferInsert;
  readonly subjects: readonly string[];
}

/** Keeps deliveries and the jobs for their subjects, both or neither. */
export function createInbox({ db, queues }: InboxDeps): Inbox {
  const commit = groupCommits(async (arrivals: readonly Arrival[]): Promise<('accepted' | 'duplicate')[]> => {
    const first = new Map(arrivals.toReversed().map((arrival) => [arrival.row.id, arrival]));
    const fresh = await db.transaction(async (transaction) => {
      const inserted = await transaction
        .insert(webhookDeliveries)
        .values([...first.values()].map(({ row }) => row))
        .onConflictDoNothing()
        .returning({ id: webhookDeliveries.id });
      const subjects = inserted.flatMap(({ id }) =>
        (first.get(id)?.subjects ?? []).map((subject) => ({ deliveryId: id, subject })),
      );
      if (subjects.length > 0) {
        await transaction.insert(deliverySubjects).values(subjects);
        await queues.enqueue([...new Set(subjects.map(({ subject }) => subject))], { transaction });
      }
      return new Set(inserted.map(({ id }) => id));
    });
    return arrivals.map((arrival) =>
      fresh.has(arrival.row.id) && first.get(arrival.row.id) === arrival ? 'accepted' : 'duplicate',
    );
  });

  return {
    receive(body, event, source = 'webhook') {
      const id = createHash('sha256').update(body).digest('hex');
      const subjects = [...new Set(subjectsOf(event).map(subjectName))];
      const row = { id, event: event.event, body: body.toString('utf8'), source };
      if (subjects.length > 0) return commit({ row, subjects });
      const outcome = { kind: 'ignored', because: isTestEvent(event) ? 'test' : 'not_handled' };
      return commit({ row: { ...row, status: 'ignored', outcome, settledAt: new Date() }, subjects });
    },
  };
}
