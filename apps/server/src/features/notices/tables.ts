import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { NoticeChannel, NoticeKind } from '../../directory/notice.ts';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';

/* Only for the foreign keys: the tables belong to requests. */
const accessRequests = pgTable('access_requests', { id: uuid('id').primaryKey() });
const accessGrants = pgTable('access_grants', { id: uuid('id').primaryKey() });

/**
 * Notices to send outside the console: `asked` to approvers, `ends-soon` to the holder, `review-due` to reviewers. Each
 * notice is queued in the transaction that causes it, so that none is lost or queued twice.
 */
export const requestNotices = pgTable(
  'request_notices',
  {
    /** Also the id of the message, so that receivers can deduplicate. */
    id: uuid('id').primaryKey(),
    requestId: uuid('request_id').references(() => accessRequests.id, { onDelete: 'cascade' }),
    grantId: uuid('grant_id').references(() => accessGrants.id, { onDelete: 'cascade' }),
    reviewId: uuid('review_id'),
    kind: text('kind').$type<NoticeKind>().notNull().default('asked'),
    /** The announced end, for `ends-soon`. */
    endsAt: timestampColumn('ends_at'),
    channel: text('channel').$type<NoticeChannel>().notNull(),
    /** `skipped`: the notice was obsolete. */
    status: text('status').$type<'waiting' | 'done' | 'skipped' | 'failed'>().notNull().default('waiting'),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: timestampColumn('next_attempt_at').notNull(),
  },
  (table) => [
    index('notices_waiting')
      .on(table.nextAttemptAt)
      .where(sql`status = 'waiting'`),
  ],
);

export type NoticeRow = typeof requestNotices.$inferSelect;

/** The kinds of emails that users have turned off. */
export const unwantedMails = pgTable(
  'unwanted_mails',
  {
    tenant: text('tenant').notNull(),
    subject: text('subject').notNull(),
    kind: text('kind').$type<NoticeKind>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.subject, table.kind] })],
);
