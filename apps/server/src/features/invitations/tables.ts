import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';

/**
 * Recent attempts to invite, for rate limiting, which Logto does not do. They contain no addresses; the invitations
 * themselves are stored in Logto.
 */
export const invitationAttempts = pgTable(
  'invitation_attempts',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    tenant: text('tenant').notNull(),
    /** The Logto id of the invitation that was resent; null for a new one. */
    invitation: text('invitation'),
    attemptedAt: timestampColumn('attempted_at').notNull(),
  },
  (table) => [index('invitation_attempts_by_tenant').on(table.tenant, table.attemptedAt)],
);
