import { randomUUID } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { FindPeople } from '../../directory/people.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import type { Transaction } from '../../platform/database/open-database.ts';
import { asError } from '../../platform/log/describe-error.ts';
import { repeat } from '../../platform/repeat.ts';
import { codeOf } from '../../platform/trpc/error-data.ts';
import type { Audit, CallOrigin, ChangeRecord } from '../audit/record.ts';
import { createApplyRemoval, type ApplyRemovalDeps, type DecidedRemoval } from './apply-removal.ts';
import { readSigner, writeEvidence } from './evidence.ts';
import { createPlanRemovals } from './plan-removals.ts';
import { createRemovalStore, isOpen, type Ended } from './removal-store.ts';
import type { FinishInput, ReviewChange, ReviewStatus } from './review.ts';
import { changeReview, lockReview, notPossible, type ReviewHead } from './review-store.ts';
import { reviewNotes, reviewRows, reviews } from './tables.ts';

export interface ReviewWorkDeps extends Omit<ApplyRemovalDeps, 'audit'> {
  readonly db: NodePgDatabase;
  /** A connection with a long timeout, because the evidence can be large. */
  readonly patient: NodePgDatabase;
  readonly findPeople: FindPeople;
  readonly audit: Pick<Audit, 'changing' | 'changedWith'>;
  readonly changes: Pick<Topic<ReviewChange>, 'publish'>;
  readonly now: () => Date;
  readonly onError: (error: Error) => void;
}

/** Milliseconds between two polls for work. */
const interval = 1_000;
const lanes = 8;

export type ReviewWork = ReturnType<typeof createReviewWork>;

/** Starts the worker that makes the removals of finished reviews. Any number of replicas may run this worker. */
export function createReviewWork(deps: ReviewWorkDeps) {
  const { db, patient, findPeople, audit, changes, now, onError } = deps;
  const store = createRemovalStore(db, now);
  const apply = createApplyRemoval(deps);

  const attempt = async (removal: DecidedRemoval): Promise<void> => {
    try {
      await store.applied(removal, await apply(removal));
    } catch (error) {
      await store.failed(removal.row, codeOf(error, onError));
    }
  };

  const seal = async (ended: Ended): Promise<void> => {
    const { id, tenant } = ended;
    await patient.transaction(async (transaction) => {
      const review = await lockReview(transaction, ended, 'update');
      if (review.status !== 'applying') return;
      const at = now();
      const evidence = await writeEvidence(transaction, { review, closedAt: at, findPeople });
      const sealed = (await readSigner(transaction, at))(evidence);
      await changeReview(transaction, review, {
        status: 'closed',
        closedAt: at,
        evidence,
        seal: sealed,
        claimedUntil: null,
      });
      await audit.changedWith(transaction, {
        tenant,
        channel: 'console',
        actor: null,
        action: 'review.seal',
        on: { resource: 'reviews', key: id },
        after: { sha256: sealed.sha256, keyId: sealed.keyId },
      });
    });
    changes.publish({ tenant, review: id });
  };

  const poll = async (closing: AbortSignal): Promise<void> => {
    /* oxlint-disable no-await-in-loop -- sequential batches */
    for (let claimed; claimed === undefined || claimed.length === lanes;) {
      claimed = closing.aborted ? [] : await store.claim(lanes);
      await Promise.all(claimed.map(attempt));
      for (const { id, tenant } of claimed.map(({ review }) => review))
        changes.publish({ tenant, review: id });
    }
    // A failure to seal one review does not stop the others.
    const failures: unknown[] = [];
    for (const ended of closing.aborted ? [] : await store.ended())
      await seal(ended).catch((error: unknown) => failures.push(error));
    /* oxlint-enable no-await-in-loop */
    if (failures.length > 0) throw asError(failures[0]);
  };
  const worker = repeat(poll, { interval, onError });

  const changeIn = async (
    status: ReviewStatus,
    { id, origin }: { readonly id: string; readonly origin: CallOrigin },
    change: (transaction: Transaction) => Promise<Pick<ChangeRecord, 'action' | 'after'>>,
  ): Promise<void> => {
    const { tenant } = origin;
    await db.transaction(async (transaction) => {
      const review = await lockReview(transaction, { tenant, id }, 'update');
      if (status === 'open' && review.finishedAt !== null) throw finishedBefore(review);
      if (review.status !== status) throw notPossible(review.status);
      const made = await change(transaction);
      await audit.changedWith(transaction, { ...origin, ...made, on: { resource: 'reviews', key: id } });
    });
    changes.publish({ tenant, review: id });
    worker.wake();
  };

  return {
    planRemovals: createPlanRemovals({ ...deps, hasLogto: deps.accounts !== undefined }),

    /** @throws {AppError} `REVIEW_NOT_FOUND`, `REVIEW_STATUS`, `REVIEW_FINISHED`, `NEW_OWNER_INVALID` */
    async finish({ id, newOwner }: FinishInput, origin: CallOrigin): Promise<void> {
      await changeIn('open', { id, origin }, async (transaction) => {
        const at = now();
        const finishedBy = origin.actor.subject;
        await transaction
          .update(reviews)
          .set({ status: 'applying', finishedBy, finishedAt: at, newOwner: newOwner ?? null })
          .where(eq(reviews.id, id));
        const { review, subject, decision } = reviewRows;
        const isRemoval = sql`${decision} in ('remove', 'change')`;
        const isLeaving = and(eq(review, id), eq(subject, newOwner ?? ''), isRemoval);
        if ((await transaction.$count(reviewRows, isLeaving)) > 0)
          throw new AppError('NEW_OWNER_INVALID', 'The new owner loses a role in this review.');
        await transaction
          .update(reviewRows)
          .set({
            outcome: sql`case when ${isRemoval} then 'pending' when ${decision} = 'keep' then 'kept' else 'not-reviewed' end`,
            nextAttemptAt: sql`case when ${isRemoval} then ${at.toISOString()}::timestamptz end`,
          })
          .where(eq(reviewRows.review, id));
        const removals = await transaction.$count(reviewRows, and(eq(reviewRows.review, id), isOpen));
        return { action: 'review.finish', after: { removals } };
      });
    },

    /** Retries the failed removals immediately. @throws {AppError} `REVIEW_NOT_FOUND`, `REVIEW_STATUS` */
    async retry(id: string, origin: CallOrigin): Promise<void> {
      await changeIn('applying', { id, origin }, async (transaction) => {
        const { rowCount } = await transaction
          .update(reviewRows)
          .set({ nextAttemptAt: now() })
          .where(and(eq(reviewRows.review, id), eq(reviewRows.outcome, 'failed')));
        return { action: 'review.retry', after: { removals: rowCount } };
      });
    },

    /** Gives up the open removals, to seal the evidence. @throws {AppError} `REVIEW_NOT_FOUND`, `REVIEW_STATUS` */
    async close(id: string, origin: CallOrigin): Promise<void> {
      await changeIn('applying', { id, origin }, async (transaction) => {
        const { nextAttemptAt, outcome, attempts } = reviewRows;
        const isAttempted = sql`${outcome} = 'pending' and ${attempts} > 0`;
        const { rowCount: givenUp } = await transaction
          .update(reviewRows)
          // Until a running attempt has ended, its lease stays, and the evidence is not sealed.
          .set({
            outcome: 'given-up',
            nextAttemptAt: sql`case when ${isAttempted} then ${nextAttemptAt} end`,
          })
          .where(and(eq(reviewRows.review, id), isOpen));
        return { action: 'review.close', after: { givenUp } };
      });
    },

    /** Adds a correction to a closed review. @throws {AppError} `REVIEW_NOT_FOUND`, `REVIEW_STATUS` */
    async addNote(id: string, text: string, origin: CallOrigin): Promise<void> {
      await changeIn('closed', { id, origin }, async (transaction) => {
        const note = randomUUID();
        const by = origin.actor.subject;
        await transaction.insert(reviewNotes).values({ id: note, review: id, by, at: now(), text });
        return { action: 'review.note', after: { note } };
      });
    },

    stop: (): Promise<void> => worker.close(),
  };
}

function finishedBefore({ finishedBy, finishedAt }: ReviewHead): AppError {
  return new AppError('REVIEW_FINISHED', 'Another user has finished the review.', {
    details: { by: finishedBy, at: finishedAt?.toISOString() },
  });
}
