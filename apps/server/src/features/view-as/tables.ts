import { sql } from 'drizzle-orm';
import { check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { AppRole } from '@latchkey/policy';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';

/** The running views, and for a day those that have ended. The audit log retains them for longer. */
export const viewsAs = pgTable(
  'views_as',
  {
    id: uuid('id').primaryKey(),
    tenant: text('tenant').notNull(),
    /** The Permit key of the viewer. */
    actor: text('actor').notNull(),
    /** The Permit key of the target user; null for a view as a role. */
    person: text('person'),
    role: text('role').$type<AppRole>(),
    startedAt: timestampColumn('started_at').notNull(),
    /** When the view ends at the latest, whether or not its end has been recorded. */
    endsAt: timestampColumn('ends_at').notNull(),
    endedAt: timestampColumn('ended_at'),
  },
  (table) => [
    check('views_as_one_target', sql`(${table.person} is null) <> (${table.role} is null)`),
    index('views_as_by_actor').on(table.actor),
    index('views_as_by_end').on(table.endsAt),
  ],
);
