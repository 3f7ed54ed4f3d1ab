import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Transaction } from '../../platform/database/open-database.ts';
import type { AuditEvent } from './audit-event.ts';
import { dayOf, makePartitions } from './partitions.ts';

/** The number of checks of a permission, with the same outcome, that pages made for their buttons within an hour. */
export interface AskedCount {
  readonly tenant: string;
  /** ISO 8601: the beginning of the hour. */
  readonly hour: string;
  readonly action: string;
  readonly outcome: 'allow' | 'deny' | 'unavailable';
  readonly count: number;
}

export type EventStore = ReturnType<typeof createEventStore>;

export function createEventStore(db: NodePgDatabase) {
  const ready = new Set<string>();
  const makeReady = async (events: readonly AuditEvent[]): Promise<void> => {
    const days = daysOf(events).filter((day) => !ready.has(day));
    if (days.length === 0) return;
    await makePartitions(db, days);
    for (const day of days) ready.add(day);
  };

  return {
    /** Stores and counts these events. Skips events that are already stored, so that a batch can be sent again. */
    async insert(events: readonly AuditEvent[]): Promise<void> {
      if (events.length === 0) return;
      // The partition of a past day may have been dropped in the meantime, so it is created again for a delayed event.
      ready.forEach((day) => {
        if (day < dayOf(new Date())) ready.delete(day);
      });
      await makeReady(events);
      await insertEvents(db, events);
    },
    async insertWith(transaction: Transaction, events: readonly AuditEvent[]): Promise<void> {
      // Not cached as ready, because a rollback would remove the partitions.
      await makePartitions(transaction, daysOf(events));
      await insertEvents(transaction, events);
    },
    async addCounts(counts: readonly AskedCount[]): Promise<void> {
      if (counts.length === 0) return;
      await db.execute(sql`
        insert into audit_counts (tenant, hour, kind, action, outcome, count)
        select tenant, hour, 'asked', action, outcome, count
        from json_to_recordset(${JSON.stringify(counts)}::json) as asked (tenant text, hour timestamptz, action text,
          outcome text, count bigint)
        order by 1, 2, 3, 4, 5
        on conflict (tenant, hour, kind, action, outcome) do update set count = audit_counts.count + excluded.count`);
    },
  };
}

/**
 * Writes a batch in a single statement, so that sending it again counts nothing twice. Updates the last use of a
 * permission at most once an hour.
 */
async function insertEvents(
  db: Pick<NodePgDatabase, 'execute'>,
  events: readonly AuditEvent[],
): Promise<void> {
  await db.execute(sql`
    with event as materialized (
      select * from json_to_recordset(${JSON.stringify(events)}::json) as event (at timestamptz, id uuid, tenant text, kind text,
        action text, outcome text, actor text, "actorKind" text, channel text, subject text, resource text, instance text,
        reason text, detail jsonb, latency integer, "requestId" text, begun uuid)
    ), ended as (
      delete from audit_begun where id in (select begun from event where begun is not null)
    ), written as (
      insert into audit_events (at, id, tenant, kind, action, outcome, actor, actor_kind, channel, subject, resource,
        instance, reason, detail, latency, request_id)
      select at, id, tenant, kind, action, outcome, actor, "actorKind", channel, subject, resource,
        instance, reason, detail, latency, "requestId"
      from event
      on conflict do nothing
      returning tenant, at, kind, action, outcome, actor, subject, instance, detail
    ), used as (
      insert into permission_uses as known (tenant, subject, permission, instance, last_at)
      select tenant, user_key, action, place, max(at)
      from (
        -- An actor uses the permissions of the subject, and a service asks about the subject.
        select tenant, coalesce(subject, actor) as user_key, action, coalesce(instance, '') as place, at
        from written
        where kind = 'decision' and outcome = 'allow' and not coalesce(detail ? 'viewAs', false)
      ) as used
      where user_key is not null and not exists (
        select from permission_uses as known
        where (known.tenant, known.subject, known.permission, known.instance) = (used.tenant, user_key, action, place)
          and known.last_at > at - interval '1 hour'
      )
      group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (tenant, subject, permission, instance) do update
        set last_at = greatest(known.last_at, excluded.last_at)
    )
    insert into audit_counts (tenant, hour, kind, action, outcome, count)
    select tenant, date_trunc('hour', at, 'UTC'), kind, action, outcome, count(*) from written
    group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
    on conflict (tenant, hour, kind, action, outcome) do update set count = audit_counts.count + excluded.count`);
}

function daysOf(events: readonly AuditEvent[]): string[] {
  return [...new Set(events.map(({ at }) => dayOf(new Date(at))))];
}
