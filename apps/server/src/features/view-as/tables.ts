import { sql } from 'drizzle-orm';
import { check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { AppRole } from '@latchkey/policy';
import { timestampColumn } from '../../database/timestamp-column.ts';

/** Views of the console as somebody else: those that run, and for a day those that have ended. The audit log keeps them for longer. */
export const viewsAs = pgTable(
  'views_as',
  {
    id: uuid('id').primaryKey(),
    tenant: text('tenant').notNull(),
    /** The key in Permit of who views. */
    actor: text('actor').notNull(),
    /** The key in Permit of as whom; null: as a role. */
    person: text('person'),
    role: text('role').$type<AppRole>(),
    startedAt: timestampColumn('started_at').notNull(),
    /** It is over then, whether or not anybody has noted it. */
    endsAt: timestampColumn('ends_at').notNull(),
    /** Null: nobody has noted its end. */
    endedAt: timestampColumn('ended_at'),
  },
  (table) => [
    check('views_as_one_target', sql`(${table.person} is null) <> (${table.role} is null)`),
    index('views_as_by_actor').on(table.actor),
    index('views_as_by_end').on(table.endsAt),
  ],
);
