import type { CallKind, Progress } from '@latchkey/directory-sync';
import { sql } from 'drizzle-orm';
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
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import type { DeliveryOutcome } from '../inbox/delivery-outcome.ts';
import type { AccessReview } from '../reports/access-review.ts';
import type { FailureCode } from '../sync/failure.ts';
import type { RunProblem, RunReason, RunReport, RunStatus } from '../sync/run.ts';

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const reportStatus = pgEnum('report_status', ['draft', 'published']);
export const reportKind = pgEnum('report_kind', ['access-review']);

/** Access reports. A report belongs to one tenant; who may do what with it is Permit's to say, instance by instance. */
export const reports = pgTable(
  'reports',
  {
    id: uuid('id').primaryKey(),
    tenant: text('tenant').notNull(),
    title: text('title').notNull(),
    kind: reportKind('kind').notNull(),
    status: reportStatus('status').notNull().default('draft'),
    ownerKey: text('owner_key').notNull(),
    ownerName: text('owner_name'),
    content: jsonb('content').$type<AccessReview>().notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    publishedAt: at('published_at'),
  },
  (table) => [index('reports_by_tenant').on(table.tenant, table.createdAt.desc(), table.id)],
);

/** `failed` is a dead letter: it waits for somebody to look, and to replay it. */
export const deliveryStatus = pgEnum('delivery_status', ['pending', 'applied', 'ignored', 'failed']);

/** Webhook deliveries as they came: the row is written before the 200, so what was acknowledged is never lost. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    /** SHA-256 of the body, hex: Logto's deliveries have no id, and a repetition has the same bytes. */
    id: text('id').primaryKey(),
    event: text('event').notNull(),
    body: text('body').notNull(),
    /** Sent by Logto, or found in Logto's own log after it could not send. */
    source: text('source').$type<'webhook' | 'recovered'>().notNull().default('webhook'),
    status: deliveryStatus('status').notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    /** Why it was ignored, or why it failed last. */
    outcome: jsonb('outcome').$type<DeliveryOutcome>(),
    /** What it speaks of: `user:dy6ffbz3ca5d`. */
    subjects: text('subjects').array().notNull().default([]),
    receivedAt: at('received_at').notNull().defaultNow(),
    settledAt: at('settled_at'),
  },
  (table) => [
    index('deliveries_by_time').on(table.receivedAt),
    index('deliveries_by_status').on(table.status, table.receivedAt),
  ],
);

/**
 * The subjects that a delivery speaks of, and what looking at each of them led to. They are written together with the jobs
 * to look: a pending delivery without them is not queued yet.
 */
export const deliverySubjects = pgTable(
  'delivery_subjects',
  {
    deliveryId: text('delivery_id')
      .notNull()
      .references(() => webhookDeliveries.id, { onDelete: 'cascade' }),
    /** `user:dy6ffbz3ca5d` */
    subject: text('subject').notNull(),
    settledAt: at('settled_at'),
    /** `create-user`, `assign viewer@default`: kinds and roles, nothing personal. */
    changes: jsonb('changes').$type<string[]>(),
  },
  (table) => [
    primaryKey({ columns: [table.deliveryId, table.subject] }),
    index('deliveries_by_subject').on(table.subject),
  ],
);

/** Looks at a delivery's subject that failed: what an operator reads when something waits. */
export const deliveryAttempts = pgTable(
  'delivery_attempts',
  {
    deliveryId: text('delivery_id')
      .notNull()
      .references(() => webhookDeliveries.id, { onDelete: 'cascade' }),
    subject: text('subject').notNull(),
    failedAt: at('failed_at').notNull().defaultNow(),
    /** `PERMIT_UNAVAILABLE`; what a page has words for. */
    code: text('code').$type<FailureCode>().notNull(),
    /** The vendor's answer, where it gave one. */
    status: integer('status'),
    /** For developers, in English. */
    detail: text('detail').notNull(),
  },
  (table) => [index('attempts_of_delivery').on(table.deliveryId, table.failedAt)],
);

export const userStanding = pgEnum('user_standing', ['active', 'suspended', 'gone']);

/** What Logto last said of each user. Whoever is not `active` is refused, whatever their token says. */
export const directoryUsers = pgTable(
  'directory_users',
  {
    /** Logto's id. */
    id: text('id').primaryKey(),
    status: userStanding('standing').notNull(),
    /** The user's `updatedAt`, epoch milliseconds, where only payloads tell of them; the later one is right. */
    version: bigint('version', { mode: 'number' }).notNull().default(0),
    changedAt: at('changed_at').notNull().defaultNow(),
  },
  (table) => [
    index('users_revoked')
      .on(table.id)
      .where(sql`standing <> 'active'`),
  ],
);

/** Runs over the whole directory, by the clock or by hand. */
export const syncRuns = pgTable(
  'sync_runs',
  {
    id: uuid('id').primaryKey(),
    reason: text('reason').$type<RunReason>().notNull(),
    dryRun: boolean('dry_run').notNull().default(false),
    force: boolean('force').notNull().default(false),
    /** The user's key; absent when the clock asked. */
    requestedBy: text('requested_by'),
    status: text('status').$type<RunStatus>().notNull().default('queued'),
    progress: jsonb('progress').$type<Progress>(),
    report: jsonb('report').$type<RunReport>(),
    /** Of a run that failed or was refused. */
    problem: jsonb('problem').$type<RunProblem>(),
    createdAt: at('created_at').notNull().defaultNow(),
    startedAt: at('started_at'),
    finishedAt: at('finished_at'),
  },
  (table) => [index('runs_by_age').on(table.createdAt.desc())],
);

/** What replicas may still ask of Permit, a row for each kind of call: its limits count for all of them together. */
export const permitBudgets = pgTable('permit_budgets', {
  kind: text('kind').$type<CallKind>().primaryKey(),
  /** Below zero when calls wait that were promised their turn. */
  tokens: doublePrecision('tokens').notNull(),
  filledAt: at('filled_at').notNull().defaultNow(),
  /** 1 is the configured pace; less after Permit said 429. */
  pace: doublePrecision('pace').notNull().default(1),
  closedUntil: at('closed_until').notNull().defaultNow(),
});

/** Whether work is paused, and how far Logto's log was read: one row a name. */
export const syncState = pgTable('sync_state', {
  name: text('name').primaryKey(),
  value: jsonb('value').notNull(),
});
