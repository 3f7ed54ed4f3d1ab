import { sql } from 'drizzle-orm';
import {
  bigint,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';
import type { ExplainedAccess } from '../../directory/access-explanation.ts';
import type { AuditEvent } from './audit-event.ts';

/** A transaction id as text, because it does not fit into a JavaScript number. */
const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/** Partitioned by day, so that old days are dropped instead of deleted row by row. Rows are never updated. */
export const auditEvents = pgTable(
  'audit_events',
  {
    at: timestampColumn('at').notNull(),
    id: uuid('id').notNull(),
    tenant: text('tenant').notNull(),
    kind: text('kind').$type<AuditEvent['kind']>().notNull(),
    action: text('action').notNull(),
    outcome: text('outcome').$type<AuditEvent['outcome']>().notNull(),
    actor: text('actor'),
    actorKind: text('actor_kind').$type<AuditEvent['actorKind']>().notNull(),
    channel: text('channel').$type<AuditEvent['channel']>().notNull(),
    subject: text('subject'),
    resource: text('resource'),
    instance: text('instance'),
    reason: text('reason'),
    detail: jsonb('detail').$type<AuditEvent['detail']>(),
    /** In microseconds. */
    latency: integer('latency'),
    requestId: text('request_id'),
    /** The transaction that wrote the row. A stream that reads in this order misses no late commit. */
    writtenBy: xid8('written_by')
      .notNull()
      .default(sql`pg_current_xact_id()`),
  },
  (table) => [
    primaryKey({ columns: [table.at, table.id] }),
    index('audit_by_time').on(table.tenant, table.at, table.id),
    index('audit_by_actor').on(table.tenant, table.actor, table.at),
    index('audit_by_subject')
      .on(table.tenant, table.subject, table.at)
      .where(sql`subject is not null`),
    // For a user's activity, which omits allowed decisions: there may be a hundred times as many of them.
    index('audit_activity_by_actor')
      .on(table.tenant, table.actor, table.at)
      .where(sql`outcome <> 'allow'`),
    index('audit_activity_by_subject')
      .on(table.tenant, table.subject, table.at)
      .where(sql`subject is not null and outcome <> 'allow'`),
    // The subject of the actor's token, if the event is about another user.
    index('audit_by_principal')
      .on(table.tenant, sql`(detail -> 'actsFor' ->> 'subject')`, table.at)
      .where(sql`detail ? 'actsFor'`),
    index('audit_by_application')
      .on(table.tenant, sql`(detail -> 'via' ->> 'clientId')`, table.at)
      .where(sql`detail ? 'via'`),
    index('audit_by_instance')
      .on(table.tenant, table.instance, table.at)
      .where(sql`instance is not null`),
    index('audit_by_resource')
      .on(table.tenant, table.resource, table.at)
      .where(sql`resource is not null`),
    index('audit_by_action').on(table.tenant, table.action, table.at),
    // Refusals are rare, so the index avoids scanning all rows.
    index('audit_refused')
      .on(table.tenant, table.at)
      .where(sql`outcome not in ('allow', 'done')`),
    index('audit_changes')
      .on(table.tenant, table.at)
      .where(sql`kind = 'change'`),
    index('audit_by_writing').on(table.writtenBy, table.id),
  ],
);

/** Hourly event counts, so that charts over months do not count rows. */
export const auditCounts = pgTable(
  'audit_counts',
  {
    tenant: text('tenant').notNull(),
    hour: timestampColumn('hour').notNull(),
    /** `asked`: checks for page buttons, which are only counted. */
    kind: text('kind').$type<AuditEvent['kind'] | 'asked'>().notNull(),
    action: text('action').notNull(),
    outcome: text('outcome').$type<AuditEvent['outcome']>().notNull(),
    count: bigint('count', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.hour, table.kind, table.action, table.outcome] })],
);

/** Each user's last use of each permission. Computing it from months of events would take many seconds. */
export const permissionUses = pgTable(
  'permission_uses',
  {
    tenant: text('tenant').notNull(),
    subject: text('subject').notNull(),
    permission: text('permission').notNull(),
    /** Empty if there is no instance. */
    instance: text('instance').notNull(),
    /** Updated at most once an hour. */
    lastAt: timestampColumn('last_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.subject, table.permission, table.instance] })],
);

/** Changes in progress: see `begun-changes.ts`. */
export const auditBegun = pgTable('audit_begun', {
  id: uuid('id').primaryKey(),
  begunAt: timestampColumn('begun_at').notNull(),
  /** The event to store if the change never ends. */
  event: jsonb('event').$type<AuditEvent>().notNull(),
});

/** See `stored-explanations.ts`. */
export const auditExplanations = pgTable(
  'audit_explanations',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    /** When the facts were read. */
    at: timestampColumn('at').notNull(),
    tenant: text('tenant').notNull(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    instance: text('instance'),
    outcome: text('outcome').$type<'allow' | 'deny'>().notNull(),
    explained: jsonb('explained').$type<ExplainedAccess>().notNull(),
  },
  (table) => [
    index('explanations_of_decision').on(table.tenant, table.actor, table.action, table.at),
    index('explanations_by_time').on(table.at),
  ],
);

/** Saved filters of the audit page, per user. */
export const auditViews = pgTable(
  'audit_views',
  {
    id: uuid('id').primaryKey(),
    tenant: text('tenant').notNull(),
    owner: text('owner').notNull(),
    name: text('name').notNull(),
    /** The query parameters of the page's URL. */
    filter: jsonb('filter').$type<Readonly<Record<string, string>>>().notNull(),
  },
  (table) => [uniqueIndex('audit_views_by_owner').on(table.tenant, table.owner, table.name)],
);

/** The position of each stream. */
export const auditStreams = pgTable('audit_streams', {
  target: text('target').$type<'file' | 'http'>().primaryKey(),
  /** The last event that was sent: its transaction and its id. */
  writtenBy: xid8('written_by').notNull(),
  lastId: uuid('last_id').notNull(),
  /** Identifies the sending replica, so that a replica that lost its claim cannot move the cursor. */
  claim: uuid('claim'),
  /** No attempt starts before this time: the end of the current attempt's lease, or of the pause after a failure. */
  nextAttemptAt: timestampColumn('next_attempt_at').notNull(),
  /** Attempts since the last success. */
  failures: integer('failures').notNull().default(0),
});
