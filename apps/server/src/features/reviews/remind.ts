import { and, eq, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PdpDecider } from '../../directory/decisions.ts';
import { dateOf, type ReadReviewNotice } from '../../directory/notice.ts';
import type { Transaction } from '../../platform/database/open-database.ts';
import { repeat, type Repeating } from '../../platform/repeat.ts';
import { countByReviewer } from './review-store.ts';
import { reviews } from './tables.ts';

export interface ReminderDeps {
  readonly db: NodePgDatabase;
  /** Sends a notice of the review when the transaction is committed. */
  readonly addNotice: (transaction: Transaction, review: string) => Promise<void>;
  readonly now: () => Date;
  readonly onError: (error: Error) => void;
}

const day = 86_400_000;
/** Days from one reminder to the next: before the due date, on the day, and after it. */
const step = 3;
/** Milliseconds between two polls. */
const interval = 60_000;

/**
 * Reminds the reviewers of open reviews three days before the due date, on the day, and each third day after it. Each
 * reminder is sent once, by any number of replicas; of those that were missed, only the last.
 */
export function createReminders({ db, addNotice, now, onError }: ReminderDeps): Repeating {
  const { id, status, dueAt, remindedAt, startedAt } = reviews;
  const remind = async (): Promise<void> => {
    const at = now();
    // The last time to remind: the due date plus a multiple of the step, of at least -1.
    const last = sql`${dueAt} + make_interval(days => ${step} * floor(extract(epoch from ${at.toISOString()}::timestamptz - ${dueAt}) / ${step * 86_400})::int)`;
    await db.transaction(async (transaction) => {
      const due = await transaction
        .update(reviews)
        .set({ remindedAt: at })
        .where(
          and(
            eq(status, 'open'),
            lte(dueAt, new Date(at.getTime() + step * day)),
            // Who was just assigned needs no reminder.
            lt(startedAt, last),
            or(isNull(remindedAt), lt(remindedAt, last)),
          ),
        )
        .returning({ id });
      for (const review of due) await addNotice(transaction, review.id); // oxlint-disable-line no-await-in-loop -- statements of one transaction
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
 * Reads the reminder of a review: to the reviewers with open decisions, and when it is overdue also to its creator and
 * those who can manage reviews. A creator who has left the tenant gets none.
 */
export function createReadReviewNotice({ db, decider, now }: ReviewNoticeDeps): ReadReviewNotice {
  return async ({ linkTo, recipients }, reviewId, id) => {
    const [review] = await db
      .select({
        tenant: reviews.tenant,
        name: reviews.name,
        status: reviews.status,
        dueAt: reviews.dueAt,
        createdBy: reviews.createdBy,
      })
      .from(reviews)
      .where(eq(reviews.id, reviewId));
    if (review?.status !== 'open') return undefined;
    const { tenant, name, dueAt, createdBy } = review;
    const open = (await countByReviewer(db, reviewId)).filter(({ rows, decided }) => decided < rows);
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
