import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { RemovedRole } from '../../directory/roles-in-tenant.ts';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';
import type { MemberKind, MemberStatus, SourceKind } from './member.ts';

/**
 * The members of each tenant, for searching, filtering and sorting, which neither Logto nor Permit supports. Rows are
 * derived from both and may be outdated, so they are never used for decisions.
 */
export const members = pgTable(
  'members',
  {
    tenant: text('tenant').notNull(),
    subject: text('subject').notNull(),
    name: text('name'),
    email: text('email'),
    kind: text('kind').$type<MemberKind>().notNull(),
    status: text('status').$type<MemberStatus>().notNull(),
    /** Tenant roles; for a suspended member, those that will be restored. */
    roles: text('roles').array().notNull(),
    /** The source of each role, in the same order. */
    sources: text('sources').array().$type<SourceKind[]>().notNull(),
    /** From Logto; null if unknown. */
    createdAt: timestampColumn('created_at'),
    /** Null if unknown, or if the member has never signed in. */
    lastSignInAt: timestampColumn('last_sign_in_at'),
    /** Name, email address and key, normalized for searching. A migration indexes it if PostgreSQL has pg_trgm. */
    searchText: text('search_text').notNull(),
    sortName: text('sort_name').notNull(),
    /** When the directories were read. Data from an older read does not replace this row. */
    readAt: timestampColumn('read_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.subject] }),
    index('members_by_subject').on(table.subject),
    index('members_by_name').on(table.tenant, table.sortName, table.subject),
    // Also includes the plain column, so that skipping rows needs only the index.
    index('members_by_sign_in').on(
      table.tenant,
      sql`coalesce(last_sign_in_at, 'epoch')`,
      table.subject,
      table.lastSignInAt,
    ),
    // Few members have a role, so the index avoids scanning all rows.
    index('members_by_role').using('gin', table.roles, table.sources),
    index('members_suspended')
      .on(table.tenant, table.sortName, table.subject)
      .where(sql`status = 'suspended'`),
    index('members_machines')
      .on(table.tenant, table.sortName, table.subject)
      .where(sql`kind = 'machine'`),
  ],
);

/** Each is in an index with the tenant and the subject. */
export const sortKeys = {
  name: members.sortName,
  lastSignIn: sql`coalesce(${members.lastSignInAt}, 'epoch')`,
};

export const roleChanges = pgTable(
  'role_changes',
  {
    id: uuid('id').primaryKey(),
    tenant: text('tenant').notNull(),
    subject: text('subject').notNull(),
    role: text('role').notNull(),
    change: text('change').$type<'assign' | 'unassign'>().notNull(),
    by: text('by').notNull(),
    at: timestampColumn('at').notNull(),
    /** `started`: Permit was called, and may still apply the change. */
    status: text('status').$type<'started' | 'done' | 'failed'>().notNull().default('started'),
  },
  (table) => [index('role_changes_of_subject').on(table.subject, table.at)],
);

/** Removals of members' access in the console, with what an undo restores. */
export const memberRemovals = pgTable(
  'member_removals',
  {
    id: uuid('id').primaryKey(),
    tenant: text('tenant').notNull(),
    subject: text('subject').notNull(),
    by: text('by').notNull(),
    at: timestampColumn('at').notNull(),
    /** The removed roles; empty unless roles were to be removed. */
    roles: jsonb('roles').$type<RemovedRole[]>().notNull(),
    /** The ids of the organization roles in Logto; null unless the membership was to be removed. */
    organizationRoles: text('organization_roles').array(),
    /** Whether the removal was to suspend an account that was active. */
    suspended: boolean('suspended').notNull(),
    /** Null until all actions are done. */
    doneAt: timestampColumn('done_at'),
    undoneAt: timestampColumn('undone_at'),
  },
  (table) => [index('member_removals_of_subject').on(table.tenant, table.subject, table.at)],
);

/** When the last complete read of the directories began: one row, or none before the first read. */
export const memberReading = pgTable('member_reading', {
  id: integer('id').primaryKey().default(1),
  completeAt: timestampColumn('complete_at').notNull(),
});
