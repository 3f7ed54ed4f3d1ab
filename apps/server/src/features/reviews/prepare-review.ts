import { eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { arrangeRows, rightOf, type ArrangedRow, type EarlierRow } from './arrange-rows.ts';
import type { FoundRow } from './found-row.ts';
import type { createReadPopulation } from './population.ts';
import { changeReview, type ReviewHead } from './review-store.ts';
import type { createReviewers } from './reviewers.ts';
import { reviewRows } from './tables.ts';

export interface PrepareReviewDeps {
  readonly db: NodePgDatabase;
  readonly readPopulation: ReturnType<typeof createReadPopulation>;
  readonly reviewers: Pick<ReturnType<typeof createReviewers>, 'choose'>;
}

/** Rows per statement: each has twenty parameters, of at most 65,535. */
const batchSize = 1_000;

/**
 * Reads the population of a review and makes it a draft, unless it was cancelled or another replica has done so.
 * @throws {PermitApiError | LogtoApiError}
 */
export function createPrepareReview({ db, readPopulation, reviewers }: PrepareReviewDeps) {
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

/** The users who own each instance. */
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
