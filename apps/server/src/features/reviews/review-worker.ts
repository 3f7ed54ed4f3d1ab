import { and, eq, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { AppDirectory } from '../../directory/decisions.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import { asError } from '../../platform/log/describe-error.ts';
import { repeat, type Repeating } from '../../platform/repeat.ts';
import { asAppError } from '../../platform/trpc/error-data.ts';
import { objectOf, type ReviewManagement } from './manage-reviews.ts';
import { createPrepareReview, type PrepareReviewDeps } from './prepare-review.ts';
import type { ReviewChange } from './review.ts';
import { changeReview, type ReviewHead, withoutEvidence } from './review-store.ts';
import { createReviewers, type ReviewersDeps } from './reviewers.ts';
import { reviewRows, reviews } from './tables.ts';

export interface ReviewWorkerDeps extends ReviewersDeps, Pick<PrepareReviewDeps, 'readPopulation'> {
  readonly directory: Pick<AppDirectory, 'assignRole' | 'unassignRole' | 'removeInstance'>;
  readonly management: () => Pick<ReviewManagement, 'start' | 'createNext'>;
  readonly changes: Pick<Topic<ReviewChange>, 'publish'>;
  readonly now: () => Date;
  readonly onError: (error: Error) => void;
}

/** Milliseconds between two polls. */
const interval = 5_000;
/** Milliseconds for which a replica holds a review; reading a large population extends it. */
const lease = 60_000;
/** Milliseconds between checks of the reviewers of an open review. */
const upkeep = 60_000;
/** Milliseconds before another attempt after a failure. */
const pause = 30_000;

/**
 * Reads populations, opens the reviews of a series, replaces lost reviewers, and removes the reviewers' role at the end.
 * Any number of replicas may run one.
 */
export function createReviewWorker(deps: ReviewWorkerDeps): Repeating {
  const { db, directory, changes, now, onError } = deps;
  const reviewers = createReviewers(deps);
  const prepareReview = createPrepareReview({ ...deps, reviewers });
  const after = (time: number): Date => new Date(now().getTime() + time);
  const changed = ({ id, tenant }: ReviewHead): void => changes.publish({ tenant, review: id });

  const prepare = async (review: ReviewHead, signal: AbortSignal): Promise<void> => {
    let shown = 0;
    const onProgress = (prepared: number): void => {
      if (Date.now() - shown < 1_000) return;
      shown = Date.now();
      void changeReview(db, review, { prepared, claimedUntil: after(lease) }).then(
        () => changed(review),
        onError,
      );
    };
    await prepareReview(review, { onProgress, signal });
    changed(review);
  };

  const keepReviewers = async (review: ReviewHead): Promise<void> => {
    if (await reviewers.replaceLost(review)) changed(review);
    await changeReview(db, review, { failure: null, claimedUntil: after(upkeep) });
  };

  const release = async (review: ReviewHead): Promise<void> => {
    // Also of a draft, whose start may have failed after some reviewers got their role.
    await directory.removeInstance(objectOf(review.id));
    if (review.startedAt !== null)
      return void (await changeReview(db, review, {
        failure: null,
        releasedAt: now(),
        claimedUntil: null,
      }));
    // A discarded draft, whose population can be large.
    await db.delete(reviewRows).where(eq(reviewRows.review, review.id));
    await db.delete(reviews).where(eq(reviews.id, review.id));
  };

  const work = async (review: ReviewHead, signal: AbortSignal): Promise<void> => {
    const { id, tenant, status } = review;
    try {
      if (status === 'preparing') await prepare(review, signal);
      else if (status === 'draft')
        await deps.management().start(id, { tenant, channel: 'console', actor: null });
      else if (status === 'open') await keepReviewers(review);
      else await release(review);
    } catch (error) {
      if (signal.aborted) return;
      onError(asError(error));
      await changeReview(db, review, { failure: asAppError(error).code, claimedUntil: after(pause) });
      changed(review);
    }
  };

  const poll = async (signal: AbortSignal): Promise<void> => {
    /* oxlint-disable no-await-in-loop -- one review at a time */
    for (;;) {
      const review = signal.aborted ? undefined : await claim(db, now());
      if (review === undefined) break;
      await work(review, signal);
    }
    const due = await db
      .select(withoutEvidence)
      .from(reviews)
      .where(and(lte(reviews.nextAt, now()), inArray(reviews.status, ['closed', 'applying'])))
      .orderBy(reviews.nextAt);
    // One that fails does not hold up the others.
    const failures: unknown[] = [];
    for (const review of due)
      await deps
        .management()
        .createNext(review)
        .catch((error: unknown) => failures.push(error));
    /* oxlint-enable no-await-in-loop */
    if (failures.length > 0) throw asError(failures[0]);
  };
  return repeat(poll, { interval, onError });
}

/** Takes a review to work on for the time of the lease. */
async function claim(db: NodePgDatabase, at: Date): Promise<ReviewHead | undefined> {
  const isSeriesDraft = and(eq(reviews.status, 'draft'), eq(reviews.startsItself, true));
  const due = db
    .select({ id: reviews.id })
    .from(reviews)
    .where(
      and(
        isNull(reviews.releasedAt),
        or(inArray(reviews.status, ['preparing', 'open', 'closed', 'cancelled']), isSeriesDraft),
        or(isNull(reviews.claimedUntil), lt(reviews.claimedUntil, at)),
      ),
    )
    .orderBy(reviews.createdAt)
    .limit(1)
    .for('update', { skipLocked: true });
  const [claimed] = await db
    .update(reviews)
    .set({ claimedUntil: new Date(at.getTime() + lease) })
    .where(sql`${reviews.id} in ${due}`)
    .returning(withoutEvidence);
  return claimed;
}
