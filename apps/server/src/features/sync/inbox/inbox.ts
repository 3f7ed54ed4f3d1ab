import { hash } from 'node:crypto';
import { isTestEvent, subjectName, subjectsOf, type LogtoEvent } from '@latchkey/directory-sync';
import type { Pool } from 'pg';
import { groupCommits } from './group-commits.ts';
import type { UnqueuedDelivery } from './queue-deliveries.ts';

export interface Inbox {
  /** Resolves when the delivery is durable. Equal bytes make a duplicate, whatever the first delivery's status. */
  receive(
    body: Buffer,
    event: LogtoEvent,
    source?: 'webhook' | 'recovered',
  ): Promise<'accepted' | 'duplicate'>;
}

export interface InboxDeps {
  readonly pool: Pool;
  readonly onStored: (deliveries: readonly UnqueuedDelivery[]) => void;
  /** Called with the event of a new delivery before it is acknowledged, to record suspensions and deletions. */
  readonly onAccepted: (event: LogtoEvent) => Promise<void>;
  readonly onLost: () => void;
}

interface Delivery extends UnqueuedDelivery {
  readonly body: string;
  readonly source: string;
  readonly ignoredBecause: 'test' | 'not_handled' | undefined;
}

/**
 * All deliveries that arrive during one INSERT are stored by the next. Their jobs are queued later, so that the sender
 * waits only for the row.
 */
export function createInbox({ pool, onStored, onAccepted, onLost }: InboxDeps): Inbox {
  const commit = groupCommits(
    async (deliveries: readonly Delivery[]): Promise<('accepted' | 'duplicate')[]> => {
      const first = new Map(deliveries.toReversed().map((delivery) => [delivery.id, delivery]));
      const inserted = await insertDeliveries(pool, [...first.values()]);
      const isNew = (delivery: Delivery): boolean =>
        inserted.has(delivery.id) && first.get(delivery.id) === delivery;
      onStored(deliveries.filter((delivery) => isNew(delivery) && delivery.ignoredBecause === undefined));
      return deliveries.map((delivery) => (isNew(delivery) ? 'accepted' : 'duplicate'));
    },
  );

  return {
    async receive(body, event, source = 'webhook') {
      const subjects = [...new Set(subjectsOf(event).map(subjectName))];
      const delivery = {
        id: hash('sha256', body),
        event: event.event,
        body: body.toString('utf8'),
        source,
        subjects,
        ignoredBecause: ignoredBecause(event, subjects),
      };
      try {
        const outcome = await commit(delivery);
        if (outcome === 'accepted') await onAccepted(event);
        return outcome;
      } catch (error) {
        onLost();
        throw error;
      }
    },
  };
}

function ignoredBecause(event: LogtoEvent, subjects: readonly string[]): Delivery['ignoredBecause'] {
  if (subjects.length > 0) return undefined;
  return isTestEvent(event) ? 'test' : 'not_handled';
}

/**
 * Columns are sent as arrays, so that the statement is parsed once per connection. Rows are inserted in the order of
 * their ids, so that two replicas with the same rows cannot deadlock.
 */
const insertStatement = `
  insert into webhook_deliveries (id, event, body, source, subjects, status, outcome, settled_at)
  select id, event, body, source, subjects::text[],
    case when because is null then 'pending' else 'ignored' end::delivery_status,
    case when because is not null then jsonb_build_object('kind', 'ignored', 'because', because) end,
    case when because is not null then now() end
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    as received(id, event, body, source, subjects, because)
  order by id
  on conflict do nothing
  returning id`;

async function insertDeliveries(pool: Pool, deliveries: readonly Delivery[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'insert_deliveries',
    text: insertStatement,
    values: [
      deliveries.map(({ id }) => id),
      deliveries.map(({ event }) => event),
      deliveries.map(({ body }) => body),
      deliveries.map(({ source }) => source),
      deliveries.map(({ subjects }) => arrayLiteral(subjects)),
      deliveries.map(({ ignoredBecause }) => ignoredBecause ?? null),
    ],
  });
  return new Set(rows.map(({ id }) => id));
}

/** Converts an array to text, because PostgreSQL's nested arrays must be rectangular. */
function arrayLiteral(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`;
}
