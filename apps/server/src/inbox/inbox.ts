import { hash } from 'node:crypto';
import { isTestEvent, subjectName, subjectsOf, type LogtoEvent } from '@latchkey/directory-sync';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { webhookDeliveries } from '../database/schema.ts';
import { groupCommits } from './group-commits.ts';
import type { Arrived } from './queue-arrivals.ts';

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
  /** Hears what there is to queue. */
  readonly onArrival: (arrived: readonly Arrived[]) => void;
}

interface Arrival extends Arrived {
  readonly event: string;
  readonly body: string;
  readonly source: string;
  /** Why there is nothing to do. */
  readonly ignored: 'test' | 'not_handled' | undefined;
}

/**
 * Keeps deliveries, one statement for all that came while the last was written. What they lead to is queued a moment
 * later: whoever sends waits for no more than the row.
 */
export function createInbox({ db, onArrival }: InboxDeps): Inbox {
  const keep = prepareKeep(db);
  const commit = groupCommits(async (arrivals: readonly Arrival[]): Promise<('accepted' | 'duplicate')[]> => {
    const first = new Map(arrivals.toReversed().map((arrival) => [arrival.id, arrival]));
    const fresh = await keep([...first.values()]);
    const isNew = (arrival: Arrival): boolean => fresh.has(arrival.id) && first.get(arrival.id) === arrival;
    onArrival(arrivals.filter((arrival) => isNew(arrival) && arrival.ignored === undefined));
    return arrivals.map((arrival) => (isNew(arrival) ? 'accepted' : 'duplicate'));
  });

  return {
    receive(body, event, source = 'webhook') {
      const subjects = [...new Set(subjectsOf(event).map(subjectName))];
      return commit({
        id: hash('sha256', body),
        event: event.event,
        body: body.toString('utf8'),
        source,
        subjects,
        ignored: subjects.length > 0 ? undefined : isTestEvent(event) ? 'test' : 'not_handled',
      });
    },
  };
}

/**
 * Answers with the ids that were not there yet. In their order, since two replicas' commits that have rows in common would
 * wait for each other. Columns go as arrays, so the statement is the same for any number of rows, and is parsed once for
 * each connection. Its own are in the table's order.
 */
function prepareKeep(db: NodePgDatabase): (arrivals: readonly Arrival[]) => Promise<Set<string>> {
  const { placeholder } = sql;
  const statement = db
    .insert(webhookDeliveries)
    .select(
      sql`select id, event, body, source, case when because is null then 'pending' else 'ignored' end::delivery_status, 0,
        case when because is not null then jsonb_build_object('kind', 'ignored', 'because', because) end, subjects::text[],
        now(), case when because is not null then now() end
      from unnest(
        ${placeholder('id')}::text[], ${placeholder('event')}::text[], ${placeholder('body')}::text[],
        ${placeholder('source')}::text[], ${placeholder('subjects')}::text[], ${placeholder('because')}::text[]
      ) as arrived(id, event, body, source, subjects, because)
      order by id`,
    )
    .onConflictDoNothing()
    .returning({ id: webhookDeliveries.id })
    .prepare('keep_deliveries');
  return async (arrivals) => {
    const rows = await statement.execute({
      id: arrivals.map(({ id }) => id),
      event: arrivals.map(({ event }) => event),
      body: arrivals.map(({ body }) => body),
      source: arrivals.map(({ source }) => source),
      subjects: arrivals.map(({ subjects }) => arrayLiteral(subjects)),
      because: arrivals.map(({ ignored }) => ignored ?? null),
    });
    return new Set(rows.map(({ id }) => id));
  };
}

/** An array as an element of an array: PostgreSQL's own are rectangular. */
function arrayLiteral(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`;
}
