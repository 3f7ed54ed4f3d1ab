import {
  and,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  gte,
  inArray,
  isNotNull,
  lt,
  or,
  sql,
  type SQL,
} from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { union } from 'drizzle-orm/pg-core';
import type { AuditEvent } from './audit-event.ts';
import type { EventFilter, HistogramInput } from './audit-inputs.ts';
import { auditCounts, auditEvents } from './tables.ts';

export interface Bar {
  /** The beginning of the interval, ISO 8601. */
  readonly at: string;
  readonly kind: AuditEvent['kind'];
  readonly outcome: AuditEvent['outcome'];
  readonly count: number;
}

export interface Histogram {
  readonly unit: 'minute' | 'hour' | 'day';
  /** In chronological order; empty intervals are omitted. */
  readonly bars: readonly Bar[];
}

interface Page {
  readonly before?: string | undefined;
  readonly limit: number;
}

const hourLength = 3_600_000;
const { writtenBy: _, ...columns } = getTableColumns(auditEvents);

export function createEventReader(db: NodePgDatabase, tenant: string) {
  return {
    async list({ person, subject, ...filter }: EventFilter, { before, limit }: Page): Promise<AuditEvent[]> {
      const conditions = [
        ...conditionsOf(tenant, filter),
        before === undefined ? undefined : olderThan(before),
      ];
      const newest = (condition?: SQL) =>
        db
          .select(columns)
          .from(auditEvents)
          .where(and(...conditions, condition))
          .orderBy(desc(auditEvents.at), desc(auditEvents.id))
          .limit(limit);
      // Each part uses an index. With one `or` condition, PostgreSQL might read all events of the tenant.
      const [first, second, ...others] =
        person === undefined
          ? isAbout(subject)
          : [eq(auditEvents.actor, person), ...isAbout(person)].map((part) =>
              and(part, or(...isAbout(subject))),
            );
      const rows = await (second === undefined
        ? newest(first)
        : union(newest(first), newest(second), ...others.map(newest))
            .orderBy(desc(auditEvents.at), desc(auditEvents.id))
            .limit(limit));
      return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
    },
    async find(id: string): Promise<AuditEvent | undefined> {
      const [row] = await db
        .select(columns)
        .from(auditEvents)
        .where(and(eq(auditEvents.tenant, tenant), eq(auditEvents.at, timeOf(id)), eq(auditEvents.id, id)));
      return row && { ...row, at: row.at.toISOString() };
    },
    /** Returns the permissions that gates denied most often, each with the users whom they denied it most often. */
    async mostDenied({ limit, ...period }: Pick<EventFilter, 'from' | 'to'> & { readonly limit: number }) {
      const { action, actor } = auditEvents;
      const times = count();
      const denied = (...conditions: (SQL | undefined)[]) =>
        and(...conditionsOf(tenant, { ...period, kind: 'decision', outcomes: ['deny'] }), ...conditions);
      const found = await db
        .select({ permission: action, times, people: sql<number>`count(distinct ${actor})::int` })
        .from(auditEvents)
        .where(denied())
        .groupBy(action)
        .orderBy(desc(times), action)
        .limit(limit);
      return Promise.all(
        found.map(async (one) => {
          const users = await db
            .select({ user: actor, times })
            .from(auditEvents)
            .where(denied(eq(action, one.permission), isNotNull(actor)))
            .groupBy(actor)
            .orderBy(desc(times), actor)
            .limit(limit);
          return { ...one, users: users.flatMap(({ user }) => (user === null ? [] : [user])) };
        }),
      );
    },
    async histogram(filter: HistogramInput): Promise<Histogram> {
      const unit = unitOf(filter);
      const read = isCounted(filter) && unit !== 'minute' ? counted(filter) : fromEvents(filter, unit);
      const bars = (await read).map((bar) => ({ ...bar, at: new Date(bar.at).toISOString() }));
      return { unit, bars: unit === 'day' ? byDay(bars, filter.timeZone) : bars };
    },
  };

  async function counted(filter: HistogramInput) {
    const { hour, kind, outcome, action, count } = auditCounts;
    return db
      .select({
        at: hour,
        kind: sql<AuditEvent['kind']>`${kind}`,
        outcome,
        count: sql<number>`sum(${count})::int`,
      })
      .from(auditCounts)
      .where(
        and(
          eq(auditCounts.tenant, tenant),
          inArray(kind, filter.kind === undefined ? ['decision', 'change'] : [filter.kind]),
          filter.from === undefined ? undefined : gte(hour, new Date(filter.from)),
          filter.to === undefined ? undefined : lt(hour, new Date(filter.to)),
          filter.outcomes === undefined ? undefined : inArray(outcome, filter.outcomes),
          filter.actions === undefined ? undefined : inArray(action, filter.actions),
        ),
      )
      .groupBy(sql`1, 2, 3`)
      .orderBy(asc(sql`1`));
  }

  async function fromEvents(filter: HistogramInput, unit: Histogram['unit']) {
    const { at, kind, outcome } = auditEvents;
    const length = unit === 'day' ? '15 minutes' : `1 ${unit}`;
    const part = sql<string>`date_bin(${length}::interval, ${at}, ${new Date(0)})`;
    return db
      .select({ at: part, kind, outcome, count: sql<number>`count(*)::int` })
      .from(auditEvents)
      .where(and(...conditionsOf(tenant, filter)))
      .groupBy(sql`1, 2, 3`)
      .orderBy(asc(sql`1`));
  }
}

/**
 * Sums the counts of a day here and not in SQL, because PostgreSQL may lack time zone names that browsers use, such as
 * `Asia/Calcutta`. The stored counts are hourly: in zones such as +05:30, the hour around midnight belongs to the day in
 * which it begins.
 */
function byDay(bars: readonly Bar[], timeZone: string): Bar[] {
  const startOf = dayStarts(timeZone);
  const days = new Map<string, Bar>();
  for (const { at, kind, outcome, count } of bars) {
    const start = new Date(startOf(Date.parse(at))).toISOString();
    const key = [start, kind, outcome].join(' ');
    days.set(key, { at: start, kind, outcome, count: count + (days.get(key)?.count ?? 0) });
  }
  return [...days.values()];
}

/** Returns a function that finds the beginning of a time's day. Times are in milliseconds since 1970. */
function dayStarts(timeZone: string): (time: number) => number {
  // Swedish dates are ISO 8601: 2026-11-30 09:05:00.
  const format = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const localOf = (time: number): number => Date.parse(`${format.format(time).replace(' ', 'T')}Z`);
  return (time) => {
    const local = localOf(time);
    const sinceMidnight = local % (24 * hourLength);
    const start = time - sinceMidnight;
    // On a day when clocks change, the offset may have been another one at its start.
    return start + (local - sinceMidnight - localOf(start));
  };
}

/** Limits a chart to a few hundred bars. */
function unitOf({ from, to }: { readonly from: string; readonly to: string }): Histogram['unit'] {
  const length = Date.parse(to) - Date.parse(from);
  if (length <= 3 * hourLength) return 'minute';
  return length <= 7 * 24 * hourLength ? 'hour' : 'day';
}

/** Whether the hourly counts can answer the query. */
function isCounted({ from, to, ...filter }: EventFilter): boolean {
  const { actor, subject, person, resource, instance, channel, application } = filter;
  const others = [actor, subject, person, resource, instance, channel, application];
  return isWholeHour(from) && isWholeHour(to) && others.every((value) => value === undefined);
}

function isWholeHour(time: string | undefined): boolean {
  return time === undefined || Date.parse(time) % hourLength === 0;
}

function conditionsOf(tenant: string, filter: EventFilter): (SQL | undefined)[] {
  const { from, to, kind, outcomes, actions, actor, subject, person, resource, instance, channel } = filter;
  const { application } = filter;
  return [
    eq(auditEvents.tenant, tenant),
    from === undefined ? undefined : gte(auditEvents.at, new Date(from)),
    to === undefined ? undefined : lt(auditEvents.at, new Date(to)),
    kind === undefined ? undefined : eq(auditEvents.kind, kind),
    outcomes === undefined ? undefined : outcomeIs(outcomes),
    actions === undefined ? undefined : inArray(auditEvents.action, actions),
    actor === undefined ? undefined : eq(auditEvents.actor, actor),
    or(...isAbout(subject)),
    person === undefined ? undefined : or(eq(auditEvents.actor, person), ...isAbout(person)),
    resource === undefined ? undefined : eq(auditEvents.resource, resource),
    instance === undefined ? undefined : eq(auditEvents.instance, instance),
    channel === undefined ? undefined : channelIs(channel),
    application === undefined ? undefined : isThrough(application),
  ];
}

/** Names the condition of the partial index, so that PostgreSQL can use it. */
function isThrough(application: string): SQL {
  const { detail } = auditEvents;
  return sql`${detail} ? 'via' and ${detail} -> 'via' ->> 'clientId' = ${application}`;
}

/** Alternatives. An event of an actor is also about the subject of the actor's token. */
function isAbout(person: string | undefined): (SQL | undefined)[] {
  if (person === undefined) return [];
  const { detail } = auditEvents;
  return [
    eq(auditEvents.subject, person),
    sql`${detail} ? 'actsFor' and ${detail} -> 'actsFor' ->> 'subject' = ${person}`,
  ];
}

/** Also names the kind, which the channel implies, so that PostgreSQL can use the index of the few changes. */
function channelIs(channel: AuditEvent['channel']): SQL | undefined {
  return channel === 'gate'
    ? eq(auditEvents.kind, 'decision')
    : and(eq(auditEvents.kind, 'change'), eq(auditEvents.channel, channel));
}

/** Adds the condition of the partial index of refusals if possible, so that PostgreSQL can use it. */
function outcomeIs(outcomes: readonly AuditEvent['outcome'][]): SQL | undefined {
  const chosen = inArray(auditEvents.outcome, [...outcomes]);
  const areRefusals = outcomes.every((outcome) => outcome !== 'allow' && outcome !== 'done');
  return areRefusals ? and(sql`${auditEvents.outcome} not in ('allow', 'done')`, chosen) : chosen;
}

function olderThan(id: string): SQL | undefined {
  const at = timeOf(id);
  return and(
    // A redundant condition that lets PostgreSQL skip later partitions.
    sql`${auditEvents.at} <= ${at.toISOString()}::timestamptz`,
    or(lt(auditEvents.at, at), lt(auditEvents.id, id)),
  );
}

/** The first 48 bits of an id are its time. */
function timeOf(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}
