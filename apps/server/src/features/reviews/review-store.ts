import type { ListPlan } from '@latchkey/permissions';
import { drizzleWhere } from '@latchkey/permissions/drizzle';
import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  gt,
  isNotNull,
  isNull,
  ne,
  or,
  sql,
  type SQL,
} from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { AppError } from '../../platform/app-error.ts';
import type { Transaction } from '../../platform/database/open-database.ts';
import type {
  Decision,
  Outcome,
  ReviewDetails,
  ReviewStatus,
  ReviewSummary,
  RowFilter,
  RowFlag,
} from './review.ts';
import { reviewNotes, reviewRows, reviews } from './tables.ts';

export type Review = typeof reviews.$inferSelect;
export type StoredRow = typeof reviewRows.$inferSelect;

/** The columns of a review without its evidence, which can be large. */
const { evidence: _, ...withoutEvidence } = getTableColumns(reviews);
export { withoutEvidence };
export type ReviewHead = Omit<Review, 'evidence'>;

const maxListed = 100;

type RowCounts = Pick<ReviewSummary, 'rows' | 'decided' | 'assigned' | 'mine'>;

export function createReviewStore(db: NodePgDatabase, tenant: string) {
  const here = (id: string): SQL | undefined => and(eq(reviews.tenant, tenant), eq(reviews.id, id));
  return {
    async find(id: string): Promise<ReviewHead | undefined> {
      const [found] = await db.select(withoutEvidence).from(reviews).where(here(id));
      return found;
    },

    /** Returns a review. @throws {AppError} `REVIEW_NOT_FOUND` */
    async get(id: string): Promise<ReviewHead> {
      const found = await this.find(id);
      if (found === undefined) throw reviewNotFound(id);
      return found;
    },

    /** Returns the reviews that match the plan, newest first, each with the counts of its rows. */
    async list(
      plan: ListPlan<never>,
      caller: string,
    ): Promise<readonly { readonly review: ReviewHead; readonly counts: RowCounts }[]> {
      const found = await db
        .select(withoutEvidence)
        .from(reviews)
        .where(
          and(
            eq(reviews.tenant, tenant),
            // The worker deletes a discarded draft, so it is not listed until then.
            or(ne(reviews.status, 'cancelled'), isNotNull(reviews.startedAt)),
            drizzleWhere(plan, { tenant: reviews.tenant, id: reviews.id }),
          ),
        )
        .orderBy(desc(reviews.createdAt), desc(reviews.id))
        .limit(maxListed);
      const counts = await countRows(
        db,
        found.map(({ id }) => id),
        caller,
      );
      return found.map((review) => ({ review, counts: counts(review.id) }));
    },

    async notes(id: string): Promise<(typeof reviewNotes.$inferSelect)[]> {
      return db
        .select()
        .from(reviewNotes)
        .where(eq(reviewNotes.review, id))
        .orderBy(asc(reviewNotes.at), asc(reviewNotes.id));
    },
  };
}

export async function countRows(
  db: NodePgDatabase,
  ids: readonly string[],
  caller: string,
): Promise<(id: string) => RowCounts> {
  const { rows } = await db.execute<RowCounts & { id: string }>(sql`
    select review as id, count(*)::int as rows, count(decision)::int as decided,
      (count(*) filter (where reviewer = ${caller}))::int as assigned,
      (count(*) filter (where decision is null and reviewer = ${caller}))::int as mine
    from review_rows where review = any(${sql.param(ids)}::uuid[]) group by review`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return (id) => byId.get(id) ?? { rows: 0, decided: 0, assigned: 0, mine: 0 };
}

export async function countByReviewer(db: NodePgDatabase, id: string) {
  const { rows } = await db.execute<{ reviewer: string | null; rows: number; decided: number }>(sql`
    select reviewer, count(*)::int as rows, count(decision)::int as decided
    from review_rows where review = ${id} group by reviewer order by count(*) desc, reviewer`);
  return rows;
}

export async function countByKind(
  db: Pick<NodePgDatabase, 'execute'>,
  id: string,
): Promise<ReviewDetails['counts']> {
  const { rows } = await db.execute<{ kind: string; value: string; rows: number }>(sql`
    with of_review as materialized (
      select decision, flags, outcome, is_unchanged from review_rows where review = ${id})
    select 'decision' as kind, decision as value, count(*)::int as rows
      from of_review where decision is not null group by decision
    union all select 'outcome', outcome, count(*)::int from of_review where outcome is not null group by outcome
    union all select 'flag', flag, count(*)::int from of_review, unnest(flags) as flag group by flag
    union all select 'unchanged', '', count(*)::int from of_review where is_unchanged`);
  const countsOf = (kind: string): Record<string, number> =>
    Object.fromEntries(rows.filter((row) => row.kind === kind).map((row) => [row.value, row.rows]));
  const byDecision: Partial<Record<Decision, number>> = countsOf('decision');
  const flags: Partial<Record<RowFlag, number>> = countsOf('flag');
  const outcomes: Partial<Record<Outcome, number>> = countsOf('outcome');
  return {
    keep: byDecision.keep ?? 0,
    remove: byDecision.remove ?? 0,
    change: byDecision.change ?? 0,
    unchanged: countsOf('unchanged')[''] ?? 0,
    flags,
    outcomes,
  };
}

export interface RowPage extends RowFilter {
  readonly by: 'user' | 'role';
  readonly after: number;
  readonly limit: number;
  /** The user whose rows `mine` selects. */
  readonly caller: string;
}

export async function listRows(
  db: NodePgDatabase,
  id: string,
  { by, after, limit, caller, ...filter }: RowPage,
): Promise<{ readonly rows: StoredRow[]; readonly total: number }> {
  const which = and(eq(reviewRows.review, id), ...rowConditions(filter, caller));
  const order = by === 'user' ? reviewRows.position : reviewRows.positionByRole;
  const [rows, total] = await Promise.all([
    db
      .select()
      .from(reviewRows)
      .where(and(which, gt(order, after)))
      .orderBy(asc(order))
      .limit(limit),
    db.$count(reviewRows, which),
  ]);
  return { rows, total };
}

function rowConditions(filter: RowFilter, caller: string): (SQL | undefined)[] {
  const { mine, decision, flag, unchanged, subject, search = '', outcome } = filter;
  const words = search.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);
  return [
    mine === true ? eq(reviewRows.reviewer, caller) : undefined,
    decision === undefined
      ? undefined
      : decision === 'none'
        ? isNull(reviewRows.decision)
        : eq(reviewRows.decision, decision),
    flag === undefined ? undefined : sql`${flag} = any(${reviewRows.flags})`,
    unchanged === undefined ? undefined : eq(reviewRows.isUnchanged, unchanged),
    subject === undefined ? undefined : eq(reviewRows.subject, subject),
    ...words.map((word) => sql`strpos(${reviewRows.searchText}, ${word}) > 0`),
    outcome === undefined ? undefined : eq(reviewRows.outcome, outcome),
  ];
}

export interface DecidedRows {
  readonly rows: readonly { readonly position: number; readonly revision: number }[];
  readonly decision: Decision | null;
  readonly newRole: string | null;
  readonly reason: string | null;
  readonly by: string;
  readonly at: Date;
}

export async function rowsAt(
  db: Pick<NodePgDatabase, 'select'>,
  id: string,
  positions: readonly number[],
): Promise<StoredRow[]> {
  return db
    .select()
    .from(reviewRows)
    .where(and(eq(reviewRows.review, id), sql`${reviewRows.position} = any(${sql.param(positions)}::int[])`))
    .orderBy(asc(reviewRows.position));
}

/** Stores the decision for the rows whose revision has not changed. Returns their positions. */
export async function decideRows(
  transaction: Transaction,
  id: string,
  { rows, decision, newRole, reason, by, at }: DecidedRows,
): Promise<number[]> {
  const isDecision = decision !== null;
  const decided = await transaction
    .update(reviewRows)
    .set({
      decision,
      newRole,
      reason,
      decidedBy: isDecision ? by : null,
      decidedAt: isDecision ? at : null,
      revision: sql`${reviewRows.revision} + 1`,
    })
    .where(
      and(
        eq(reviewRows.review, id),
        sql`(${reviewRows.position}, ${reviewRows.revision}) in (
          select * from unnest(${sql.param(rows.map(({ position }) => position))}::int[],
            ${sql.param(rows.map(({ revision }) => revision))}::int[]))`,
      ),
    )
    .returning({ position: reviewRows.position });
  return decided.map(({ position }) => position);
}

/** Locks a review of the tenant, so that its status does not change until the transaction ends. */
export async function lockReview(
  transaction: Transaction,
  { tenant, id }: Pick<Review, 'tenant' | 'id'>,
  strength: 'share' | 'update',
): Promise<ReviewHead> {
  const [found] = await transaction
    .select(withoutEvidence)
    .from(reviews)
    .where(and(eq(reviews.tenant, tenant), eq(reviews.id, id)))
    .for(strength);
  if (found === undefined) throw reviewNotFound(id);
  return found;
}

/** Changes a review if its status is still the same. Returns whether it was changed. */
export async function changeReview(
  db: Pick<NodePgDatabase, 'update'>,
  { id, status }: Pick<Review, 'id' | 'status'>,
  change: Partial<Review>,
): Promise<boolean> {
  const { rowCount } = await db
    .update(reviews)
    .set(change)
    .where(and(eq(reviews.id, id), eq(reviews.status, status)));
  return rowCount === 1;
}

export function notPossible(status: ReviewStatus): AppError {
  return new AppError('REVIEW_STATUS', `The review is ${status}.`, { details: { status } });
}

function reviewNotFound(id: string): AppError {
  return new AppError('REVIEW_NOT_FOUND', `There is no review ${id} here.`);
}

export async function previousReview(
  db: Pick<NodePgDatabase, 'select'>,
  { tenant, scope }: Pick<Review, 'tenant' | 'scope'>,
): Promise<ReviewHead | undefined> {
  const [found] = await db
    .select(withoutEvidence)
    .from(reviews)
    .where(
      and(
        eq(reviews.tenant, tenant),
        or(eq(reviews.status, 'closed'), eq(reviews.status, 'applying')),
        isNotNull(reviews.finishedAt),
        sql`${reviews.scope} = ${JSON.stringify(scope)}::jsonb`,
      ),
    )
    .orderBy(desc(reviews.finishedAt))
    .limit(1);
  return found;
}
