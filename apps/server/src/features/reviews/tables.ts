import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';
import type {
  Completeness,
  Decision,
  Outcome,
  Recurrence,
  ReviewedRole,
  Reviewers,
  ReviewScope,
  ReviewStatus,
  RowFlag,
  Seal,
} from './review.ts';

export const reviews = pgTable(
  'reviews',
  {
    id: uuid('id').primaryKey(),
    tenant: text('tenant').notNull(),
    name: text('name').notNull(),
    scope: jsonb('scope').$type<ReviewScope>().notNull(),
    chosen: jsonb('chosen').$type<Reviewers>().notNull(),
    reviewers: text('reviewers')
      .array()
      .notNull()
      .default(sql`'{}'`),
    status: text('status').$type<ReviewStatus>().notNull(),
    recurrence: text('recurrence').$type<Recurrence>().notNull(),
    dueAt: timestampColumn('due_at').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: timestampColumn('created_at').notNull(),
    startedAt: timestampColumn('started_at'),
    finishedBy: text('finished_by'),
    finishedAt: timestampColumn('finished_at'),
    /** Who becomes an owner of the reports and collections that would lose their last one. */
    newOwner: text('new_owner'),
    /** When all removals were made or given up, and the evidence was sealed. */
    closedAt: timestampColumn('closed_at'),
    previous: uuid('previous'),
    /** How the population was read; null while it is being read. */
    completeness: jsonb('completeness').$type<Completeness>(),
    prepared: integer('prepared').notNull().default(0),
    /** The code of the worker's last failure; null if its last attempt succeeded. */
    failure: text('failure'),
    evidence: text('evidence'),
    seal: jsonb('seal').$type<Seal>(),
    /** The time before which no other replica claims the review. */
    claimedUntil: timestampColumn('claimed_until'),
    remindedAt: timestampColumn('reminded_at'),
    nextAt: timestampColumn('next_at'),
    /** Whether the review starts as soon as it is a draft, as the later reviews of a series do. */
    startsItself: boolean('starts_itself').notNull().default(false),
    releasedAt: timestampColumn('released_at'),
  },
  (table) => [
    index('reviews_of_tenant').on(table.tenant, table.createdAt),
    index('reviews_to_work_on')
      .on(table.claimedUntil)
      .where(sql`released_at is null and status <> 'draft'`),
  ],
);

/** The rights under review: each row is one role of a user or machine, in the tenant or on one instance. */
export const reviewRows = pgTable(
  'review_rows',
  {
    review: uuid('review').notNull(),
    /** The position in the list by user, which has users with flagged rows first and unchanged rows last. */
    position: integer('position').notNull(),
    /** The position in the list by role. */
    positionByRole: integer('position_by_role').notNull(),
    subject: text('subject').notNull(),
    role: text('role').notNull(),
    /** `reports:<id>`; null for a role in the tenant. */
    instance: text('instance'),
    facts: jsonb('facts').$type<ReviewedRole>().notNull(),
    flags: text('flags').array().$type<RowFlag[]>().notNull(),
    /** The Permit key of the reviewer; null if nobody other than the holder could review the row. */
    reviewer: text('reviewer'),
    /** Name, email address, key and role, normalized for searching. */
    searchText: text('search_text').notNull(),
    decision: text('decision').$type<Decision>(),
    newRole: text('new_role'),
    reason: text('reason'),
    decidedBy: text('decided_by'),
    decidedAt: timestampColumn('decided_at'),
    /** Incremented by each decision, so that a decision on an outdated row is refused. */
    revision: integer('revision').notNull().default(0),
    /** The outcome of the row; null until the review is finished. */
    outcome: text('outcome').$type<Outcome>(),
    failure: text('failure'),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: timestampColumn('next_attempt_at'),
    /** When it was confirmed that the PDP does not have the role. */
    verifiedAt: timestampColumn('verified_at'),
    isUnchanged: boolean('is_unchanged').notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.review, table.position] }),
    index('review_rows_by_role').on(table.review, table.positionByRole),
    index('review_rows_undecided')
      .on(table.review, table.reviewer)
      .where(sql`decision is null`),
    index('review_rows_of_subject').on(table.review, table.subject),
    index('review_rows_to_apply')
      .on(table.review, table.nextAttemptAt)
      .where(sql`outcome in ('pending', 'failed')`),
  ],
);

/** Corrections to closed reviews. They are never changed or deleted. */
export const reviewNotes = pgTable(
  'review_notes',
  {
    id: uuid('id').primaryKey(),
    review: uuid('review').notNull(),
    by: text('by').notNull(),
    at: timestampColumn('at').notNull(),
    text: text('text').notNull(),
  },
  (table) => [index('review_notes_of_review').on(table.review, table.at)],
);

/** The Ed25519 key with which this installation signs evidence: one row. */
export const reviewKeys = pgTable('review_keys', {
  id: integer('id').primaryKey().default(1),
  /** The private key as PKCS #8 in PEM. */
  privateKey: text('private_key').notNull(),
  createdAt: timestampColumn('created_at').notNull(),
});
