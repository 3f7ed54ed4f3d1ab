import type { CallKind, Progress } from '@latchkey/directory-sync';
import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';
import type { FailureCode, Failure } from './failure.ts';
import type { RunProblem, RunReason, RunReport, RunStatus } from './runs/run.ts';

/** The outcome of a delivery; null until its first attempt has ended. */
export type DeliveryOutcome =
  | { readonly kind: 'applied' }
  | { readonly kind: 'ignored'; readonly because: 'test' | 'not_handled' }
  | ({ readonly kind: 'error' } & Failure);

/** The status of a delivery. `failed`: it is a dead letter, which an operator must replay. */
export const deliveryStatus = pgEnum('delivery_status', ['pending', 'applied', 'ignored', 'failed']);

/** Webhook deliveries as received. Rows are written before the response, so no acknowledged delivery is lost. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    /** The SHA-256 of the body in hexadecimal. Logto's deliveries have no id; a repetition has the same bytes. */
    id: text('id').primaryKey(),
    event: text('event').notNull(),
    body: text('body').notNull(),
    /** `webhook`: sent by Logto. `recovered`: read from Logto's log of failed deliveries. */
    source: text('source').$type<'webhook' | 'recovered'>().notNull().default('webhook'),
    status: deliveryStatus('status').notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    outcome: jsonb('outcome').$type<DeliveryOutcome>(),
    /** The subjects of the event, such as `user:dy6ffbz3ca5d`. */
    subjects: text('subjects').array().notNull().default([]),
    receivedAt: timestampColumn('received_at').notNull().defaultNow(),
    settledAt: timestampColumn('settled_at'),
  },
  (table) => [
    index('deliveries_by_time').on(table.receivedAt),
    index('deliveries_by_status').on(table.status, table.receivedAt),
  ],
);

/**
 * The rows of a delivery are written in one transaction with its jobs, so a pending delivery without rows is not queued
 * yet.
 */
export const deliverySubjects = pgTable(
  'delivery_subjects',
  {
    deliveryId: text('delivery_id')
      .notNull()
      .references(() => webhookDeliveries.id, { onDelete: 'cascade' }),
    subject: text('subject').notNull(),
    settledAt: timestampColumn('settled_at'),
    /** For example `create-user` or `assign viewer@default`: only operations and roles, no personal data. */
    changes: jsonb('changes').$type<string[]>(),
  },
  (table) => [
    primaryKey({ columns: [table.deliveryId, table.subject] }),
    index('deliveries_by_subject').on(table.subject),
  ],
);

/** Failed attempts to reconcile a subject of a delivery, for the operator. */
export const deliveryAttempts = pgTable(
  'delivery_attempts',
  {
    deliveryId: text('delivery_id')
      .notNull()
      .references(() => webhookDeliveries.id, { onDelete: 'cascade' }),
    subject: text('subject').notNull(),
    failedAt: timestampColumn('failed_at').notNull().defaultNow(),
    code: text('code').$type<FailureCode>().notNull(),
    status: integer('status'),
    detail: text('detail').notNull(),
  },
  (table) => [index('attempts_of_delivery').on(table.deliveryId, table.failedAt)],
);

export const accountStatus = pgEnum('account_status', ['active', 'suspended', 'gone']);

/**
 * The last known status of each Logto account. A user who is not `active` is refused, even with a valid token. A
 * trigger gives every status change a revision, and counts it in `directory_revision`.
 */
export const directoryUsers = pgTable(
  'directory_users',
  {
    id: text('id').primaryKey(),
    status: accountStatus('status').notNull(),
    /** The user's `updatedAt` in epoch milliseconds. Used only in payload mode, where the latest payload wins. */
    version: bigint('version', { mode: 'number' }).notNull().default(0),
    changedAt: timestampColumn('changed_at').notNull().defaultNow(),
    /** The value of `directory_revision` when the status last changed; 0 if it never did. The trigger sets it. */
    revision: bigint('revision', { mode: 'number' }).notNull().default(0),
    /** When Logto last confirmed the status. */
    confirmedAt: timestampColumn('confirmed_at').notNull().defaultNow(),
  },
  (table) => [
    index('users_revoked')
      .on(table.id)
      .where(sql`status <> 'active'`),
    index('users_by_revision')
      .on(table.revision)
      .where(sql`revision > 0`),
  ],
);

/** The revision of the statuses: one row, which every replica reads several times a second. */
export const directoryRevision = pgTable('directory_revision', {
  id: integer('id').primaryKey().default(1),
  /** The number of status changes. */
  value: bigint('value', { mode: 'number' }).notNull().default(0),
  /** When the last gap ended, a time in which a delivery may have been lost. */
  gapEndedAt: timestampColumn('gap_ended_at'),
  /** When the last completed run over the whole directory began. That run confirmed every status. */
  confirmedAt: timestampColumn('confirmed_at'),
});

export const syncRuns = pgTable(
  'sync_runs',
  {
    id: uuid('id').primaryKey(),
    reason: text('reason').$type<RunReason>().notNull(),
    dryRun: boolean('dry_run').notNull().default(false),
    force: boolean('force').notNull().default(false),
    requestedBy: text('requested_by'),
    status: text('status').$type<RunStatus>().notNull().default('queued'),
    progress: jsonb('progress').$type<Progress>(),
    report: jsonb('report').$type<RunReport>(),
    problem: jsonb('problem').$type<RunProblem>(),
    createdAt: timestampColumn('created_at').notNull().defaultNow(),
    startedAt: timestampColumn('started_at'),
    finishedAt: timestampColumn('finished_at'),
  },
  (table) => [index('runs_by_age').on(table.createdAt.desc())],
);

/** The Permit calls that remain for all replicas together: one row per kind of call. */
export const permitBudgets = pgTable('permit_budgets', {
  kind: text('kind').$type<CallKind>().primaryKey(),
  /** The number of calls that can be made now; negative while calls wait for their turn. */
  tokens: doublePrecision('tokens').notNull(),
  filledAt: timestampColumn('filled_at').notNull().defaultNow(),
  /** The pace of calls: 1 is the configured pace. A 429 from Permit lowers it. */
  pace: doublePrecision('pace').notNull().default(1),
  closedUntil: timestampColumn('closed_until').notNull().defaultNow(),
});

/** The values in `createSyncState`, such as whether sync is paused: one row per name. */
export const syncState = pgTable('sync_state', {
  name: text('name').primaryKey(),
  value: jsonb('value').notNull(),
});

/** SQL condition on `webhook_deliveries`: the delivery is stored, but its jobs are not queued yet. */
export const isUnqueued = sql`${webhookDeliveries.status} = 'pending' and not exists (
  select from ${deliverySubjects} where ${deliverySubjects.deliveryId} = ${webhookDeliveries.id})`;

export const subjectQueue = 'directory-subjects';
export const runQueue = 'directory-runs';

/**
 * SQL condition: a job for the subject is queued, running or to be retried. Queueing creates the job in the same
 * transaction, so a queued delivery without a job is abandoned.
 */
export const hasSubjectJob = (subject: SQLWrapper): SQL => sql`exists (
  select from pgboss.job where name = ${subjectQueue} and singleton_key = ${subject} and state < 'completed')`;

/** SQL condition: a job for the run is queued, running or to be retried. A scheduled sweep has the id of its job. */
export const hasRunJob = (runId: SQLWrapper): SQL => sql`exists (
  select from pgboss.job where name = ${runQueue} and state < 'completed'
    and (id = ${runId} or data ->> 'runId' = ${runId}::text))`;
