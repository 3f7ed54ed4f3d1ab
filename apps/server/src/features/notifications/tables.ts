import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';

/** A user's read marks for notifications in a tenant. No row means the user has read nothing. */
export const notificationMarks = pgTable(
  'notification_marks',
  {
    tenant: text('tenant').notNull(),
    subject: text('subject').notNull(),
    /** The time up to which all notifications are read. */
    readUntil: timestampColumn('read_until').notNull(),
    /** The ids of later notifications that are read. */
    readIds: text('read_ids').array().notNull(),
    /** The time of the last mark. All marked notifications are older. */
    markedAt: timestampColumn('marked_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.subject] }),
    index('notification_marks_by_time').on(table.markedAt),
  ],
);
