import { createHash } from 'node:crypto';
import { isTestEvent, subjectName, subjectsOf, type LogtoEvent } from '@latchkey/directory-sync';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { webhookDeliveries } from '../database/schema.ts';
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
  /** Hears that there is something to queue. */
  readonly onArrival: () => void;
}

interface Arrival {
  readonly id: string;
  readonly event: string;
  readonly body: string;
  readonly source: string;
  readonly subjects: readonly string[];
  /** Why there is nothing to do. */
  readonly ignored: 'test' | 'not_handled' | undefined;
}

/**
 * Keeps deliveries, one statement for all that came while the last was written. What they lead to is queued a moment
 * later: whoever sends waits for no more than the row.
 */
export function createInbox({ db, onArrival }: InboxDeps): Inbox {
  const commit = groupCommits(async (arrivals: readonly Arrival[]): Promise<('accepted' | 'duplicate')[]> => {
    const first = new Map(arrivals.toReversed().map((arrival) => [arrival.id, arrival]));
    const fresh = await insert(db, [...first.values()]);
    onArrival();
    return arrivals.map((arrival) =>
      fresh.has(arrival.id) && first.get(arrival.id) === arrival ? 'accepted' : 'duplicate',
    );
  });

  return {
    receive(body, event, source = 'webhook') {
      const subjects = [...new Set(subjectsOf(event).map(subjectName))];
      return commit({
        id: createHash('sha256').update(body).digest('hex'),
        event: event.event,
        body: body.toString('utf8'),
        source,
        subjects,
        ignored: subjects.length > 0 ? undefined : isTestEvent(event) ? 'test' : 'not_handled',
      });
    },
  };
}

/** Answers with the ids that were not there yet. Columns go as arrays: five parameters, however many rows. */
async function insert(db: NodePgDatabase, arrivals: readonly Arrival[]): Promise<Set<string>> {
  const column = (valueOf: (arrival: Arrival) => string | null) => sql.param(arrivals.map(valueOf));
  const { rows } = await db.execute<{ id: string }>(sql`
    insert into ${webhookDeliveries} (id, event, body, source, subjects, status, outcome, queued_at, settled_at)
    select id, event, body, source, array(select jsonb_array_elements_text(subjects::jsonb)),
      case when because is null then 'pending' else 'ignored' end::delivery_status,
      case when because is not null then jsonb_build_object('kind', 'ignored', 'because', because) end,
      case when because is not null then now() end, case when because is not null then now() end
    from unnest(
      ${column(({ id }) => id)}::text[], ${column(({ event }) => event)}::text[], ${column(({ body }) => body)}::text[],
      ${column(({ source }) => source)}::text[], ${column(({ subjects }) => JSON.stringify(subjects))}::text[],
      ${column(({ ignored }) => ignored ?? null)}::text[]
    ) as arrived(id, event, body, source, subjects, because)
    on conflict do nothing
    returning id`);
  return new Set(rows.map(({ id }) => id));
}
