import { sql } from 'drizzle-orm';
import { boolean, check, pgTable, text } from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';

/** When the checklist of a new installation ended: one row, or none while the checklist is open. */
export const installationSetup = pgTable(
  'installation_setup',
  {
    id: boolean('id').primaryKey().default(true),
    endedAt: timestampColumn('ended_at').notNull(),
    /** Null if everything was done. */
    dismissedBy: text('dismissed_by'),
  },
  (table) => [check('installation_setup_one_row', sql`${table.id}`)],
);
