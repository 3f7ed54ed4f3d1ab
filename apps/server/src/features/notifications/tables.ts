import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../database/timestamp-column.ts';

/** What somebody has read of their notifications in a tenant. Nobody who has none has read any. */
export const notificationMarks = pgTable(
  'notification_marks',
  {
    tenant: text('tenant').notNull(),
    /** The key in Permit. */
    subject: text('subject').notNull(),
    /** All until then are read. */
    readUntil: timestampColumn('read_until').notNull(),
    /** The ids of later ones that are read. */
    readIds: text('read_ids').array().notNull(),
    /** Of the last mark: what it marks is older. */
    markedAt: timestampColumn('marked_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.subject] }),
    index('notification_marks_by_time').on(table.markedAt),
  ],
);
