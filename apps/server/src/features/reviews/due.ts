import { and, asc, count, eq, isNull, lt, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { gauge, type Figure } from '../../platform/metrics/figures.ts';
import { reviewRows, reviews } from './tables.ts';

/** An open review with decisions that are still missing. */
export interface DueReview {
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly dueAt: string;
  /** Undecided rows of the caller, and of all reviewers. */
  readonly mine: number;
  readonly undecided: number;
}

/** The review that is due next: one in which the user has to decide, or else any other if they are a manager. */
export async function nextDue(
  db: NodePgDatabase,
  {
    tenant,
    subject,
    isManager,
  }: { readonly tenant: string; readonly subject: string; readonly isManager: boolean },
): Promise<DueReview | null> {
  const mine = sql<number>`(count(*) filter (where ${reviewRows.reviewer} = ${subject}))::int`;
  const [found] = await db
    .select({ id: reviews.id, name: reviews.name, dueAt: reviews.dueAt, mine, undecided: count() })
    .from(reviews)
    .innerJoin(reviewRows, and(eq(reviewRows.review, reviews.id), isNull(reviewRows.decision)))
    .where(and(eq(reviews.tenant, tenant), eq(reviews.status, 'open')))
    .groupBy(reviews.id)
    .having(isManager ? undefined : sql`${mine} > 0`)
    .orderBy(sql`${mine} = 0`, asc(reviews.dueAt))
    .limit(1);
  return found === undefined ? null : { ...found, dueAt: found.dueAt.toISOString() };
}

/** The open reviews in which the user has to decide, for their notifications. */
export async function toReview(
  db: NodePgDatabase,
  { tenant, subject }: { readonly tenant: string; readonly subject: string },
) {
  const { id, name, createdBy, startedAt, dueAt, status } = reviews;
  const found = await db
    .selectDistinctOn([id], { id, name, createdBy, startedAt, dueAt })
    .from(reviews)
    .innerJoin(
      reviewRows,
      and(eq(reviewRows.review, id), isNull(reviewRows.decision), eq(reviewRows.reviewer, subject)),
    )
    .where(and(eq(reviews.tenant, tenant), eq(status, 'open')));
  return found.flatMap((review) =>
    review.startedAt === null
      ? []
      : [
          {
            id: `to-review:${review.id}`,
            kind: 'to-review' as const,
            at: review.startedAt,
            roles: [],
            on: { resource: 'reviews', id: review.id, title: review.name },
            by: review.createdBy,
            request: null,
            endsAt: review.dueAt.toISOString(),
          },
        ],
  );
}

/** Reads the metrics of reviews. */
export async function readReviewFigures(db: NodePgDatabase): Promise<readonly Figure[]> {
  const overdue = await db.$count(reviews, and(eq(reviews.status, 'open'), lt(reviews.dueAt, sql`now()`)));
  return [gauge('latchkey_reviews_overdue', 'Open access reviews whose due date has passed.', overdue)];
}
