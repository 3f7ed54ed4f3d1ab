import { sql } from 'drizzle-orm';
import { index, integer, pgEnum, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';

/** Why a grant failed. The console has a message for each code. */
export type GrantFailure =
  /** The role was assigned elsewhere after the approval. The end of the grant would remove that assignment. */
  | 'ALREADY_HELD'
  /** The instance was deleted. */
  | 'INSTANCE_GONE'
  /** Permit permanently refuses the assignment: the user was deleted, or the role is no longer in the policy. */
  | 'PERMIT_REFUSED';

export const requestStatus = pgEnum('access_request_status', ['open', 'approved', 'refused', 'withdrawn']);

/**
 * `pending`: granted, but the role is not yet assigned in Permit. `ending`: ended, but the role is not yet removed.
 * `failed`: the role was never assigned.
 */
export const grantStatus = pgEnum('access_grant_status', ['pending', 'active', 'ending', 'ended', 'failed']);

/** The columns of a role in the tenant, or on one of its instances if `resource` and `instance` are set. */
const target = {
  tenant: text('tenant').notNull(),
  role: text('role').notNull(),
  resource: text('resource'),
  instance: text('instance'),
};

/**
 * The temporary and permanent roles from approvals, and the tenant roles that an administrator assigned with an end.
 * The table is authoritative; a worker makes Permit match it.
 */
export const accessGrants = pgTable(
  'access_grants',
  {
    id: uuid('id').primaryKey(),
    ...target,
    /** The Permit key of the holder. */
    subject: text('subject').notNull(),
    status: grantStatus('status').notNull().default('pending'),
    /** The Permit key of the approver or the administrator. */
    grantedBy: text('granted_by').notNull(),
    grantedAt: timestampColumn('granted_at').notNull(),
    /** When the role was granted or the grant was last extended. */
    decidedAt: timestampColumn('decided_at').notNull(),
    /** When the grant ends; null for no end. */
    expiresAt: timestampColumn('expires_at'),
    warnedAt: timestampColumn('warned_at'),
    /** The values before the last extension, for its undo. */
    previousGrantedBy: text('previous_granted_by'),
    previousDecidedAt: timestampColumn('previous_decided_at'),
    previousExpiresAt: timestampColumn('previous_expires_at'),
    previousWarnedAt: timestampColumn('previous_warned_at'),
    /** The Permit key of the user who ended the grant early. The audit log records that change as theirs. */
    endedBy: text('ended_by'),
    endedAt: timestampColumn('ended_at'),
    failure: text('failure').$type<GrantFailure>(),
    /** Attempts to assign or remove the role since the status last changed. */
    attempts: integer('attempts').notNull().default(0),
    /** No attempt starts before this time: the end of the pause after a failure, or of the current attempt's lease. */
    nextAttemptAt: timestampColumn('next_attempt_at').notNull(),
    /** Until this time an assignment of the role may still take effect, so it is too early to remove the role. */
    assigningUntil: timestampColumn('assigning_until'),
  },
  (table) => [
    uniqueIndex('grants_held_once')
      .on(
        table.tenant,
        table.subject,
        table.role,
        sql`coalesce(${table.resource}, '')`,
        sql`coalesce(${table.instance}, '')`,
      )
      .where(sql`status in ('pending', 'active', 'ending')`),
    index('grants_to_work_on')
      .on(table.nextAttemptAt)
      .where(sql`status in ('pending', 'ending')`),
    index('grants_by_end')
      .on(table.expiresAt)
      .where(sql`status in ('pending', 'active', 'ending')`),
    index('grants_by_ended').on(table.endedAt),
    index('grants_by_subject').on(table.tenant, table.subject),
  ],
);

export type GrantRow = typeof accessGrants.$inferSelect;

export const accessRequests = pgTable(
  'access_requests',
  {
    id: uuid('id').primaryKey(),
    ...target,
    requester: text('requester').notNull(),
    reason: text('reason').notNull(),
    /** The permission that the requester was denied, if any. */
    permission: text('permission'),
    /** The id of the report or the collection on which they were denied it. The permission names the resource. */
    permissionOn: text('permission_on'),
    /** Seconds; null for no end. */
    duration: integer('duration'),
    status: requestStatus('status').notNull().default('open'),
    createdAt: timestampColumn('created_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: timestampColumn('decided_at'),
    note: text('note'),
    /** The grant of an approved request. Requests that extended the same grant share it. */
    grantId: uuid('grant_id').references(() => accessGrants.id),
  },
  (table) => [
    uniqueIndex('requests_open_once')
      .on(
        table.tenant,
        table.requester,
        table.role,
        sql`coalesce(${table.resource}, '')`,
        sql`coalesce(${table.instance}, '')`,
      )
      .where(sql`status = 'open'`),
    index('requests_by_requester').on(table.tenant, table.requester, table.createdAt.desc(), table.id),
    index('requests_by_status').on(table.tenant, table.status, table.createdAt.desc(), table.id),
  ],
);

/** The approvals of requests that need two of them. */
export const requestApprovals = pgTable(
  'request_approvals',
  {
    requestId: uuid('request_id')
      .notNull()
      .references(() => accessRequests.id, { onDelete: 'cascade' }),
    by: text('by').notNull(),
    at: timestampColumn('at').notNull(),
    /** Seconds; null for no end. The shortest duration of a request's approvals applies. */
    duration: integer('duration'),
  },
  (table) => [primaryKey({ columns: [table.requestId, table.by] })],
);

/** Decisions that were undone by the users who made them, which reopened the requests. */
export const undoneDecisions = pgTable(
  'undone_decisions',
  {
    id: uuid('id').primaryKey(),
    requestId: uuid('request_id')
      .notNull()
      .references(() => accessRequests.id, { onDelete: 'cascade' }),
    decision: text('decision').$type<'approved' | 'refused'>().notNull(),
    decidedBy: text('decided_by').notNull(),
    decidedAt: timestampColumn('decided_at').notNull(),
    undoneAt: timestampColumn('undone_at').notNull(),
  },
  (table) => [index('undone_decisions_by_request').on(table.requestId, table.decidedAt)],
);
