import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';

/** A user's read marks for notifications in a tenant. No row means the user has read nothing. */
export const notificationMarks = pgTable(
  'notification_marks',
  {
    tenant: text('tenant').notNull(),
    /** The Permit key. */
    subject: text('subject').notNull(),
    /** All notifications up to this time are read. */
    readUntil: timestampColumn('read_until').notNull(),
    /** The ids of later notifications that are read. */
    readIds: text('read_ids').array().notNull(),
    /** The time of the last mark, which is newer than everything marked. */
    markedAt: timestampColumn('marked_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.subject] }),
    index('notification_marks_by_time').on(table.markedAt),
  ],
);
