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

/** `failed` is a dead letter, which an operator must replay. */
export const deliveryStatus = pgEnum('delivery_status', ['pending', 'applied', 'ignored', 'failed']);

/** The inbox: webhook deliveries as received. The row is written before the 200, so no acknowledged delivery is lost. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    /** SHA-256 of the body, hex. Logto's deliveries have no id; a repeated delivery has the same bytes. */
    id: text('id').primaryKey(),
    event: text('event').notNull(),
    body: text('body').notNull(),
    /** `webhook`: sent by Logto. `recovered`: read from Logto's log of failed deliveries. */
    source: text('source').$type<'webhook' | 'recovered'>().notNull().default('webhook'),
    status: deliveryStatus('status').notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    /** Why it was ignored, or why the last attempt failed. */
    outcome: jsonb('outcome').$type<DeliveryOutcome>(),
    /** The subjects of the event: `user:dy6ffbz3ca5d`. */
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
 * The subjects of a delivery, and the changes made for each. The rows are written in one transaction with the jobs: a
 * pending delivery without rows here is not queued yet.
 */
export const deliverySubjects = pgTable(
  'delivery_subjects',
  {
    deliveryId: text('delivery_id')
      .notNull()
      .references(() => webhookDeliveries.id, { onDelete: 'cascade' }),
    /** `user:dy6ffbz3ca5d` */
    subject: text('subject').notNull(),
    settledAt: timestampColumn('settled_at'),
    /** `create-user`, `assign viewer@default`: kinds of operations and roles, no personal data. */
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
    /** `PERMIT_UNAVAILABLE`. The console has a message for each code. */
    code: text('code').$type<FailureCode>().notNull(),
    /** The vendor's HTTP status, if there was a response. */
    status: integer('status'),
    /** For developers, in English. */
    detail: text('detail').notNull(),
  },
  (table) => [index('attempts_of_delivery').on(table.deliveryId, table.failedAt)],
);

export const accountStatus = pgEnum('account_status', ['active', 'suspended', 'gone']);

/**
 * The last known status of each Logto account. A user who is not `active` is refused, even with a valid token. A
 * trigger gives every status change, by any writer, a revision and counts it in `directory_revision`.
 */
export const directoryUsers = pgTable(
  'directory_users',
  {
    /** The Logto id. */
    id: text('id').primaryKey(),
    status: accountStatus('status').notNull(),
    /** The user's `updatedAt` in epoch milliseconds; only in payload mode, where the latest payload wins. */
    version: bigint('version', { mode: 'number' }).notNull().default(0),
    changedAt: timestampColumn('changed_at').notNull().defaultNow(),
    /** The value of `directory_revision` when the status last changed; 0 if it never did. Set by the trigger. */
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

/** One row, which every replica compares several times a second. */
export const directoryRevision = pgTable('directory_revision', {
  id: integer('id').primaryKey().default(1),
  /** The number of status changes. */
  value: bigint('value', { mode: 'number' }).notNull().default(0),
  /** The end of the last time in which a delivery may have been lost: no server was running, or none could store it. */
  gapEndedAt: timestampColumn('gap_ended_at'),
  /** When the last completed run over the whole directory began. It confirmed every status. */
  confirmedAt: timestampColumn('confirmed_at'),
});

/** Reconciliations of the whole directory, started by the schedule or by a user. */
export const syncRuns = pgTable(
  'sync_runs',
  {
    id: uuid('id').primaryKey(),
    reason: text('reason').$type<RunReason>().notNull(),
    dryRun: boolean('dry_run').notNull().default(false),
    force: boolean('force').notNull().default(false),
    /** The user's key; null when the schedule started the run. */
    requestedBy: text('requested_by'),
    status: text('status').$type<RunStatus>().notNull().default('queued'),
    progress: jsonb('progress').$type<Progress>(),
    report: jsonb('report').$type<RunReport>(),
    /** Only for a run that failed or was refused. */
    problem: jsonb('problem').$type<RunProblem>(),
    createdAt: timestampColumn('created_at').notNull().defaultNow(),
    startedAt: timestampColumn('started_at'),
    finishedAt: timestampColumn('finished_at'),
  },
  (table) => [index('runs_by_age').on(table.createdAt.desc())],
);

/** The remaining Permit calls of all replicas together, one row per kind of call. */
export const permitBudgets = pgTable('permit_budgets', {
  kind: text('kind').$type<CallKind>().primaryKey(),
  /** Negative while calls wait for their turn. */
  tokens: doublePrecision('tokens').notNull(),
  filledAt: timestampColumn('filled_at').notNull().defaultNow(),
  /** 1 is the configured pace; lower after a 429 from Permit. */
  pace: doublePrecision('pace').notNull().default(1),
  closedUntil: timestampColumn('closed_until').notNull().defaultNow(),
});

/** Whether sync is paused, and up to which time Logto's log was read: one row per name. */
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
 * SQL condition: a job for the subject is queued, running or to be retried. A job is created in the transaction that
 * makes a delivery pending, so a pending delivery without one is abandoned.
 */
export const hasSubjectJob = (subject: SQLWrapper): SQL => sql`exists (
  select from pgboss.job where name = ${subjectQueue} and singleton_key = ${subject} and state < 'completed')`;

/** The same for a run. A scheduled sweep has its job's id. */
export const hasRunJob = (runId: SQLWrapper): SQL => sql`exists (
  select from pgboss.job where name = ${runQueue} and state < 'completed'
    and (id = ${runId} or data ->> 'runId' = ${runId}::text))`;
