import { and, eq, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { AppDirectory } from '../../directory/decisions.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import { asError } from '../../platform/log/describe-error.ts';
import { repeat, type Repeating } from '../../platform/repeat.ts';
import { asAppError } from '../../platform/trpc/error-data.ts';
import { arrangeRows, rightOf, type ArrangedRow, type EarlierRow } from './arrange-rows.ts';
import type { FoundRow } from './found-row.ts';
import { objectOf, type ReviewManagement } from './manage-reviews.ts';
import type { createReadPopulation } from './population.ts';
import { changeReview, withoutEvidence, type ReviewHead } from './review-store.ts';
import type { ReviewChange } from './review.ts';
import type { createReviewers, ReviewersDeps } from './reviewers.ts';
import { reviewRows, reviews } from './tables.ts';

export interface ReviewWorkerDeps extends ReviewersDeps {
  readonly reviewers: ReturnType<typeof createReviewers>;
  readonly readPopulation: ReturnType<typeof createReadPopulation>;
  readonly directory: Pick<AppDirectory, 'assignRole' | 'unassignRole' | 'removeInstance'>;
  readonly management: () => Pick<ReviewManagement, 'start' | 'createNext'>;
  readonly changes: Pick<Topic<ReviewChange>, 'publish'>;
  readonly now: () => Date;
  readonly onError: (error: Error) => void;
}

/** Milliseconds. */
const interval = 5_000;
/** Milliseconds for which a replica holds a review. While it reads a large population, it extends this lease. */
const lease = 60_000;
/** Milliseconds between two checks of the reviewers of an open review. */
const upkeep = 60_000;
/** Milliseconds between attempts. */
const pause = 30_000;

/**
 * Reads populations, starts the reviews of a series, replaces lost reviewers, and removes the reviewers' role at the
 * end. Any number of replicas may run this worker.
 */
export function createReviewWorker(deps: ReviewWorkerDeps): Repeating {
  const { db, directory, reviewers, changes, now, onError } = deps;
  const prepareReview = createPrepareReview(deps, reviewers);
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
    // `null` after a change in the meantime: another check is due.
    const { id, status, claimedUntil } = reviews;
    await db
      .update(reviews)
      .set({ failure: null, claimedUntil: after(upkeep) })
      .where(and(eq(id, review.id), eq(status, 'open'), isNotNull(claimedUntil)));
  };

  const release = async (review: ReviewHead): Promise<void> => {
    // A draft may have roles too, from a start that failed after some assignments.
    await directory.removeInstance(objectOf(review.id));
    if (review.startedAt !== null)
      return void (await changeReview(db, review, {
        failure: null,
        releasedAt: now(),
        claimedUntil: null,
      }));
    // A discarded draft is deleted, because its population can be large.
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
    // A failure to continue one series does not stop the others.
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

/**
 * Makes the open reviews of a reviewer due for a check, or all open reviews without `subject`. Returns whether there are
 * any.
 */
export async function checkReviewers(db: NodePgDatabase, subject: string | undefined): Promise<boolean> {
  const isReviewer = subject === undefined ? undefined : sql`${subject} = any(${reviews.reviewers})`;
  const isOpen = eq(reviews.status, 'open');
  const { rowCount } = await db.update(reviews).set({ claimedUntil: null }).where(and(isOpen, isReviewer));
  return rowCount !== 0;
}

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

/** Rows per statement. Each row takes twenty parameters, and PostgreSQL allows 65,535. */
const batchSize = 1_000;

/**
 * Makes a review a draft once its population is read, unless it was cancelled or another replica was faster.
 * @throws {PermitApiError | LogtoApiError}
 */
function createPrepareReview(
  { db, readPopulation }: Pick<ReviewWorkerDeps, 'db' | 'readPopulation'>,
  reviewers: ReturnType<typeof createReviewers>,
) {
  const earlierRows = async (previous: string): Promise<ReadonlyMap<string, EarlierRow>> => {
    const { subject, role, instance, facts, decision } = reviewRows;
    const found = await db
      .select({ subject, role, instance, facts, decision })
      .from(reviewRows)
      .where(eq(reviewRows.review, previous));
    return new Map(found.map((row) => [rightOf(row), { ...row, isKept: row.decision === 'keep' }]));
  };

  return async (review: ReviewHead, how: Parameters<typeof readPopulation>[1]): Promise<void> => {
    const { id, chosen, previous } = review;
    const { rows, completeness } = await readPopulation(review, how);
    const owners = ownersIn(rows);
    const arranged = arrangeRows(rows, {
      earlier: previous === null ? undefined : await earlierRows(previous),
      reviewers: await reviewers.choose(review),
      ownersOf: (instance) => (chosen.kind === 'owners' ? (owners.get(instance) ?? []) : []),
    });
    const assigned = [...new Set(arranged.flatMap(({ reviewer }) => reviewer ?? []))].toSorted();
    await db.transaction(async (transaction) => {
      const isMine = await changeReview(transaction, review, {
        status: 'draft',
        completeness,
        prepared: rows.length,
        failure: null,
        claimedUntil: null,
        reviewers: assigned,
      });
      if (!isMine) return;
      for (let start = 0; start < arranged.length; start += batchSize)
        await transaction // oxlint-disable-line no-await-in-loop -- sequential batches
          .insert(reviewRows)
          .values(arranged.slice(start, start + batchSize).map((row) => storedRow(id, row)));
    });
  };
}

function ownersIn(rows: readonly FoundRow[]): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const { subject, role, instance, facts } of rows) {
    if (instance === null || role !== 'owner' || facts.isMachine || facts.isSuspended) continue;
    owners.set(instance, [...(owners.get(instance) ?? []), subject]);
  }
  return owners;
}

function storedRow(review: string, row: ArrangedRow): typeof reviewRows.$inferInsert {
  const { subject, role, facts } = row;
  const text = [facts.name, facts.email, subject, role].filter((part) => part !== null).join(' ');
  return { ...row, flags: [...row.flags], review, searchText: text.normalize('NFKC').toLowerCase() };
}
