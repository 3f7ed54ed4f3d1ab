import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../database/timestamp-column.ts';

/**
 * Attempts to invite somebody, for the bound on them: Logto has none. The invitations themselves are Logto's. Rows that no
 * longer count are deleted, and no address is kept.
 */
export const invitationAttempts = pgTable(
  'invitation_attempts',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    tenant: text('tenant').notNull(),
    /** Logto's id of an invitation that is sent again; null for a new one. */
    invitation: text('invitation'),
    attemptedAt: timestampColumn('attempted_at').notNull(),
  },
  (table) => [index('invitation_attempts_by_tenant').on(table.tenant, table.attemptedAt)],
);
