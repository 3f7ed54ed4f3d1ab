import { sql } from 'drizzle-orm';
import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';

/**
 * The applications that act for people: one row per tenant, person and application. A row of the tenant `''` ended the
 * application everywhere; with the client id `''` too, all applications of the person.
 */
export const connectedApplications = pgTable(
  'connected_applications',
  {
    tenant: text('tenant').notNull(),
    subject: text('subject').notNull(),
    clientId: text('client_id').notNull(),
    /** `waiting`: the person has not allowed it in this organization yet. */
    state: text('state').$type<'allowed' | 'waiting' | 'ended'>().notNull(),
    /** By the clock of PostgreSQL, while the person's connections are locked. */
    changedAt: timestampColumn('changed_at').notNull(),
    /** As consented; null if unknown. */
    name: text('name'),
    /** Of the last token. */
    scopes: text('scopes').array().notNull().default([]),
    firstUsedAt: timestampColumn('first_used_at'),
    /** Updated at most once a minute. */
    lastUsedAt: timestampColumn('last_used_at'),
  },
  (table) => [
    primaryKey({ columns: [table.subject, table.clientId, table.tenant] }),
    index('connections_in_tenant')
      .on(table.tenant, table.clientId, table.subject)
      .where(sql`state <> 'ended'`),
  ],
);

/** The applications that a tenant refuses, also for people who connect them later. */
export const blockedApplications = pgTable(
  'blocked_applications',
  {
    tenant: text('tenant').notNull(),
    clientId: text('client_id').notNull(),
    name: text('name'),
    reason: text('reason'),
    blockedAt: timestampColumn('blocked_at').notNull().defaultNow(),
    blockedBy: text('blocked_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.clientId] })],
);
