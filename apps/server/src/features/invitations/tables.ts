import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';

/** Recent attempts, for rate limits, which Logto lacks. They contain no addresses. */
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
