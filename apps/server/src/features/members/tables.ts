import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../database/timestamp-column.ts';
import type { MemberKind, MemberStatus, SourceKind } from './member.ts';

/**
 * The members of each tenant, to be searched, filtered and sorted: neither Logto nor Permit can. Derived from both, so a row may
 * be older than they are, and no decision is taken by it.
 */
export const members = pgTable(
  'members',
  {
    tenant: text('tenant').notNull(),
    /** The key in Permit. */
    subject: text('subject').notNull(),
    name: text('name'),
    email: text('email'),
    kind: text('kind').$type<MemberKind>().notNull(),
    status: text('status').$type<MemberStatus>().notNull(),
    /** Tenant roles; of a suspended member those that come back. */
    roles: text('roles').array().notNull(),
    /** The kind of source of each role, in the same order. */
    sources: text('sources').array().$type<SourceKind[]>().notNull(),
    /** In Logto; null when it is not known. */
    createdAt: timestampColumn('created_at'),
    /** Null for who never signed in, and when it is not known. */
    lastSignInAt: timestampColumn('last_sign_in_at'),
    /** Name, e-mail address and key, as they are searched for. Where PostgreSQL has pg_trgm, a migration has indexed it. */
    searchText: text('search_text').notNull(),
    /** By which members are sorted. */
    sortName: text('sort_name').notNull(),
    /** When the directories were asked. What was read earlier does not replace it. */
    readAt: timestampColumn('read_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.subject] }),
    index('members_by_subject').on(table.subject),
    index('members_by_name').on(table.tenant, table.sortName, table.subject),
    // With the time itself, so that an offset is counted in the index alone.
    index('members_by_sign_in').on(
      table.tenant,
      sql`coalesce(last_sign_in_at, 'epoch')`,
      table.subject,
      table.lastSignInAt,
    ),
    // Few have them, so that the others need not be looked through.
    index('members_by_role').using('gin', table.roles, table.sources),
    index('members_suspended')
      .on(table.tenant, table.sortName, table.subject)
      .where(sql`status = 'suspended'`),
    index('members_machines')
      .on(table.tenant, table.sortName, table.subject)
      .where(sql`kind = 'machine'`),
  ],
);

/** Roles that were given and taken away in the console: by whom, and when. */
export const roleChanges = pgTable(
  'role_changes',
  {
    id: uuid('id').primaryKey(),
    tenant: text('tenant').notNull(),
    subject: text('subject').notNull(),
    role: text('role').notNull(),
    change: text('change').$type<'assign' | 'unassign'>().notNull(),
    /** The key in Permit of who did it. */
    by: text('by').notNull(),
    at: timestampColumn('at').notNull(),
    /** `started`: Permit was called, and may still carry it out. */
    status: text('status').$type<'started' | 'done' | 'failed'>().notNull().default('started'),
  },
  (table) => [index('role_changes_of_subject').on(table.subject, table.at)],
);

/** One row, once all members were read: when the last complete reading of the directories began. */
export const memberReading = pgTable('member_reading', {
  id: integer('id').primaryKey().default(1),
  completeAt: timestampColumn('complete_at').notNull(),
});
