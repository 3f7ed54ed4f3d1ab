import { and, asc, count, eq, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PdpDecider } from '../../directory/decisions.ts';
import { dateOf, type Notices, type ReadNotice } from '../../directory/notice.ts';
import { gauge, type Figure } from '../../platform/metrics/figures.ts';
import { repeat, type Repeating } from '../../platform/repeat.ts';
import { countByReviewer } from './review-store.ts';
import { reviewRows, reviews } from './tables.ts';

export interface DueReview {
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly dueAt: string;
  /** Undecided rows assigned to the caller. */
  readonly mine: number;
  /** All undecided rows. */
  readonly undecided: number;
}

/**
 * Returns the next due review in which the user must decide rows. If there is none, managers get the next due review of
 * any reviewer.
 */
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

export async function readReviewFigures(db: NodePgDatabase): Promise<readonly Figure[]> {
  const overdue = await db.$count(reviews, and(eq(reviews.status, 'open'), lt(reviews.dueAt, sql`now()`)));
  return [gauge('latchkey_reviews_overdue', 'Open access reviews whose due date has passed.', overdue)];
}

export interface ReminderDeps {
  readonly db: NodePgDatabase;
  readonly notices: Pick<Notices, 'add'>;
  readonly now: () => Date;
  readonly onError: (error: Error) => void;
}

const day = 86_400_000;
/** Days between reminders. */
const step = 3;
/** Milliseconds between two polls. */
const interval = 60_000;

/**
 * Reminds the reviewers of open reviews three days before the due date, on that date, and every three days after it.
 * Each reminder is sent once across replicas. Of several missed reminders, only the last is sent.
 */
export function createReminders({ db, notices, now, onError }: ReminderDeps): Repeating {
  const { id, status, dueAt, remindedAt, startedAt } = reviews;
  const remind = async (): Promise<void> => {
    const at = now();
    // The latest time at which a reminder was due: the due date plus a multiple of `step` days, from -1 on.
    const last = sql`${dueAt} + make_interval(days => ${step} * floor(extract(epoch from ${at.toISOString()}::timestamptz - ${dueAt}) / ${step * 86_400})::int)`;
    await db.transaction(async (transaction) => {
      const due = await transaction
        .update(reviews)
        .set({ remindedAt: at })
        .where(
          and(
            eq(status, 'open'),
            lte(dueAt, new Date(at.getTime() + step * day)),
            // A review that was started after that time needs no reminder.
            lt(startedAt, last),
            or(isNull(remindedAt), lt(remindedAt, last)),
          ),
        )
        .returning({ id });
      await notices.add(
        transaction,
        due.map((review) => ({ kind: 'review-due', reviewId: review.id })),
      );
    });
  };
  return repeat(remind, { interval, onError });
}

export interface ReviewNoticeDeps {
  readonly db: NodePgDatabase;
  readonly decider: Pick<PdpDecider, 'authorizedUsers' | 'grants'>;
  readonly now: () => Date;
}

/**
 * Creates a function that reads the reminder of a review. It goes to the reviewers with undecided rows. If the review
 * is overdue, it also goes to the users who can manage reviews, and to its creator if they still have a role in the
 * tenant.
 */
export function createReadReviewNotice({ db, decider, now }: ReviewNoticeDeps): ReadNotice {
  return async ({ linkTo, recipients }, { id, reviewId }) => {
    const [review] = await db
      .select({
        tenant: reviews.tenant,
        name: reviews.name,
        status: reviews.status,
        dueAt: reviews.dueAt,
        createdBy: reviews.createdBy,
      })
      .from(reviews)
      .where(eq(reviews.id, reviewId ?? id));
    if (review?.status !== 'open') return undefined;
    const { tenant, name, dueAt, createdBy } = review;
    const open = (await countByReviewer(db, reviewId ?? id)).filter(({ rows, decided }) => decided < rows);
    const missing = open.reduce((sum, { rows, decided }) => sum + rows - decided, 0);
    const isOverdue = dueAt <= now();
    if (missing === 0 && !isOverdue) return undefined;
    const state =
      missing === 0 ? 'ready to finish' : `${missing} ${missing === 1 ? 'decision' : 'decisions'} left`;
    const headline = `The access review "${name}" ${isOverdue ? 'was' : 'is'} due on ${dateOf(dueAt)}: ${state}.`;
    const url = linkTo(`/reviews/${reviewId}`, tenant);
    return {
      id,
      kind: 'review-due',
      tenant,
      headline,
      reason: null,
      link: url === undefined ? undefined : { url, label: 'Review' },
      email: {
        headline,
        field: 'bcc',
        async recipients() {
          const reviewers = open.flatMap(({ reviewer }) => reviewer ?? []);
          const managers = isOverdue
            ? await decider.authorizedUsers({ tenant, permission: 'reviews:manage' })
            : [];
          const isMember = isOverdue && (await decider.grants(createdBy, tenant)).roles.length > 0;
          const creator = isMember ? [createdBy] : [];
          return recipients(tenant, 'review-due', [...new Set([...reviewers, ...creator, ...managers])]);
        },
      },
    };
  };
}
