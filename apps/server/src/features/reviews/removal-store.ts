import { and, eq, inArray, lte, not, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ErrorCode } from '../../platform/app-error.ts';
import type { Applied, DecidedRemoval } from './apply-removal.ts';
import { lesserOf } from './review-access.ts';
import type { Outcome } from './review.ts';
import type { Review, StoredRow } from './review-store.ts';
import { reviewRows, reviews } from './tables.ts';

/** Milliseconds for which a worker holds a removal. Longer than the sum of all timeouts in an attempt. */
const lease = 90_000;
/** Milliseconds between attempts: after a failure, or while waiting for another removal or the PDP. */
const pauses = { first: 1_000, max: { failed: 300_000, pending: 15_000 } };

export const isOpen = inArray(reviewRows.outcome, ['pending', 'failed']);

/** Whether the review has an open removal, or one that was given up during an attempt that may still be running. */
const isRunning = (at: Date): SQL => sql`exists (
  select from review_rows as one where one.review = ${reviews}.id and (one.outcome in ('pending', 'failed')
    or (one.outcome = 'given-up' and one.next_attempt_at > ${at.toISOString()}::timestamptz)))`;

export type Ended = Pick<Review, 'id' | 'tenant'>;

export function createRemovalStore(db: NodePgDatabase, now: () => Date) {
  /** Records the outcome of an attempt, unless another worker has claimed the row. */
  const settle = async (row: StoredRow, outcome: Outcome, more: Partial<StoredRow> = {}): Promise<void> => {
    const { review, position, attempts } = row;
    const isFinal = outcome !== 'pending' && outcome !== 'failed';
    const maxPause = isFinal ? 0 : pauses.max[outcome];
    const pause = Math.min(maxPause, pauses.first * 2 ** Math.min(attempts - 1, 20));
    const again = new Date(now().getTime() + pause).toISOString();
    const isGivenUp = sql`${reviewRows.outcome} = 'given-up'`;
    await db
      .update(reviewRows)
      .set({
        ...more,
        // A removal that was given up during the attempt is not attempted again.
        outcome: isFinal ? outcome : sql`case when ${isGivenUp} then 'given-up' else ${outcome} end`,
        nextAttemptAt: isFinal ? null : sql`case when ${isGivenUp} then null else ${again}::timestamptz end`,
      })
      .where(
        and(
          eq(reviewRows.review, review),
          eq(reviewRows.position, position),
          eq(reviewRows.attempts, attempts),
          inArray(reviewRows.outcome, ['pending', 'given-up']),
        ),
      );
  };

  return {
    /** Claims removals exclusively until the lease expires. During an attempt, the outcome is `pending`. */
    async claim(limit: number): Promise<DecidedRemoval[]> {
      const at = now();
      const due = db
        .select({ review: reviewRows.review, position: reviewRows.position })
        .from(reviewRows)
        .innerJoin(reviews, eq(reviews.id, reviewRows.review))
        .where(and(eq(reviews.status, 'applying'), isOpen, lte(reviewRows.nextAttemptAt, at)))
        .orderBy(reviewRows.nextAttemptAt)
        .limit(limit)
        .for('update', { of: reviewRows, skipLocked: true });
      const claimed = await db
        .update(reviewRows)
        .set({
          outcome: 'pending',
          failure: null,
          attempts: sql`${reviewRows.attempts} + 1`,
          nextAttemptAt: new Date(at.getTime() + lease),
        })
        .where(sql`(${reviewRows.review}, ${reviewRows.position}) in ${due}`)
        .returning();
      if (claimed.length === 0) return [];
      const { id, tenant, finishedBy, newOwner } = reviews;
      const [of, going] = await Promise.all([
        db
          .select({ id, tenant, finishedBy, newOwner })
          .from(reviews)
          .where(inArray(id, [...new Set(claimed.map(({ review }) => review))])),
        db
          .select()
          .from(reviewRows)
          .where(
            and(
              inArray(reviewRows.decision, ['remove', 'change']),
              sql`(${reviewRows.review}, ${reviewRows.subject}) in (
                select * from unnest(${sql.param(claimed.map(({ review }) => review))}::uuid[],
                  ${sql.param(claimed.map(({ subject }) => subject))}::text[]))`,
            ),
          ),
      ]);
      return claimed.flatMap((row) => {
        const review = of.find((one) => one.id === row.review);
        if (review?.finishedBy == null) return [];
        return [
          {
            review: { ...review, finishedBy: review.finishedBy },
            row,
            going: going.filter((one) => one.review === row.review && one.subject === row.subject),
          },
        ];
      });
    },

    applied({ row, going }: Pick<DecidedRemoval, 'row' | 'going'>, applied: Applied): Promise<void> {
      if (applied === 'waiting') return settle(row, 'pending');
      if (applied !== 'removed') return settle(row, applied);
      const outcome = lesserOf(row, going) === undefined ? 'removed' : 'replaced';
      return settle(row, outcome, { verifiedAt: now() });
    },

    failed: (row: StoredRow, failure: ErrorCode): Promise<void> => settle(row, 'failed', { failure }),

    async ended(): Promise<Ended[]> {
      return db
        .select({ id: reviews.id, tenant: reviews.tenant })
        .from(reviews)
        .where(and(eq(reviews.status, 'applying'), not(isRunning(now()))));
    },
  };
}
