import { randomUUID } from 'node:crypto';
import { and, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { AppDirectory } from '../../directory/decisions.ts';
import { durations } from '../../directory/duration.ts';
import type { FindPerson } from '../../directory/find-person.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import type { Audit, CallOrigin, ChangeOrigin } from '../audit/record.ts';
import type { CreateInput, Recurrence, ReviewChange, ReviewStatus } from './review.ts';
import { createReviewStore, notPossible, previousReview, type ReviewHead } from './review-store.ts';
import { reviews } from './tables.ts';

export interface ReviewManagementDeps {
  readonly db: NodePgDatabase;
  readonly directory: Pick<AppDirectory, 'assignRole'>;
  readonly findPerson: FindPerson;
  readonly audit: Pick<Audit, 'changing'>;
  readonly changes: Pick<Topic<ReviewChange>, 'publish'>;
  readonly wake: () => void;
  readonly now: () => Date;
}

export const objectOf = (id: string): `reviews:${string}` => `reviews:${id}`;

export type ReviewManagement = ReturnType<typeof createReviewManagement>;

export function createReviewManagement(deps: ReviewManagementDeps) {
  const { db, directory, findPerson, audit, changes, wake, now } = deps;

  const move = async (
    { tenant, id }: Pick<ReviewHead, 'tenant' | 'id'>,
    from: readonly ReviewStatus[],
    change: Partial<ReviewHead>,
  ): Promise<void> => {
    const { rowCount } = await db
      .update(reviews)
      .set(change)
      .where(and(eq(reviews.tenant, tenant), eq(reviews.id, id), inArray(reviews.status, [...from])));
    if (rowCount === 0) throw notPossible((await createReviewStore(db, tenant).get(id)).status);
  };
  const changed = (tenant: string, review: string): void => {
    changes.publish({ tenant, review });
    wake();
  };
  const insert = async (
    writer: Pick<NodePgDatabase, 'insert' | 'select'>,
    review: NewReview,
  ): Promise<string> => {
    const id = randomUUID();
    const previous = (await previousReview(writer, review))?.id ?? null;
    await writer.insert(reviews).values({ ...review, id, status: 'preparing', createdAt: now(), previous });
    return id;
  };

  return {
    /** @throws {AppError} `INPUT_INVALID`, `PERSON_NOT_FOUND` @throws {PermitApiError} */
    async create(
      { reviewers: chosen, dueAt: due, ...input }: CreateInput,
      origin: CallOrigin,
    ): Promise<{ readonly id: string }> {
      const { tenant, actor } = origin;
      const dueAt = new Date(due);
      const left = dueAt.getTime() - now().getTime();
      if (left <= 0 || left > durations.max * 1_000)
        throw new AppError('INPUT_INVALID', 'dueAt: must be in the future, within a year.');
      if (chosen.kind === 'users')
        await Promise.all(chosen.subjects.map((subject) => findPerson(subject, tenant)));
      const created = { id: '' };
      await audit.changing(
        { ...origin, action: 'review.create', after: { name: input.name } },
        async () => {
          created.id = await insert(db, { ...input, tenant, chosen, dueAt, createdBy: actor.subject });
        },
        () => on(created.id),
      );
      changed(tenant, created.id);
      return created;
    },

    /** If this rejects, the review stays a draft. @throws {AppError} `REVIEW_STATUS` @throws {PermitApiError} */
    async start(id: string, origin: ChangeOrigin): Promise<void> {
      const { tenant } = origin;
      const review = await createReviewStore(db, tenant).get(id);
      if (review.status !== 'draft') throw notPossible(review.status);
      const at = now();
      await audit.changing(
        { ...origin, ...on(id), action: 'review.start', after: { name: review.name } },
        async () => {
          // Assigned before the review opens, so that all reviewers can decide. Roles that were assigned before a
          // failure stay.
          for (const user of review.reviewers)
            await directory
              .assignRole({ user, role: 'reviewer', tenant, instance: objectOf(id) }) // oxlint-disable-line no-await-in-loop -- few, and Permit limits its rate
              .catch(exceptOfFormer);
          await move(review, ['draft'], {
            status: 'open',
            startedAt: at,
            failure: null,
            nextAt: nextAfter(at, review.recurrence),
          });
        },
      );
      for (const reviewer of review.reviewers) changes.publish({ tenant, review: id, reviewer });
      changed(tenant, id);
    },

    /** Cancels a review that is not finished. @throws {AppError} `REVIEW_STATUS` */
    async cancel(id: string, origin: CallOrigin): Promise<void> {
      const { tenant } = origin;
      await audit.changing({ ...origin, ...on(id), action: 'review.cancel' }, () =>
        move({ tenant, id }, ['preparing', 'draft', 'open'], {
          status: 'cancelled',
          nextAt: null,
          claimedUntil: null,
        }),
      );
      changed(tenant, id);
    },

    async createNext(previous: ReviewHead): Promise<void> {
      const { tenant, name, scope, chosen, recurrence, createdBy, createdAt, dueAt, nextAt } = previous;
      if (nextAt === null) return;
      // Measured from `createdAt`, because the review may have been started after its due date.
      const time = dueAt.getTime() - createdAt.getTime();
      const next: NewReview = {
        tenant,
        name,
        scope,
        chosen,
        recurrence,
        createdBy,
        dueAt: new Date(now().getTime() + time),
        startsItself: true,
      };
      const id = await db.transaction(async (transaction) => {
        // Another replica may already have created the next review.
        const [claimed] = await transaction
          .update(reviews)
          .set({ nextAt: null })
          .where(and(eq(reviews.id, previous.id), eq(reviews.nextAt, nextAt)))
          .returning({ id: reviews.id });
        return claimed === undefined ? undefined : insert(transaction, next);
      });
      if (id !== undefined) changed(tenant, id);
    },
  };
}

type NewReview = Pick<
  ReviewHead,
  'tenant' | 'name' | 'scope' | 'chosen' | 'recurrence' | 'dueAt' | 'createdBy'
> &
  Partial<Pick<ReviewHead, 'startsItself'>>;

const on = (id: string) => ({ on: { resource: 'reviews', key: id } }) as const;

/** Ignores a reviewer who is no longer a member. The worker reassigns their rows. */
function exceptOfFormer(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'PERSON_NOT_FOUND') throw error;
}

/** Returns the same day of a later month, or the last day of a shorter month; `null` without a recurrence. */
function nextAfter(start: Date, recurrence: Recurrence): Date | null {
  if (recurrence === 'none') return null;
  const months = recurrence === 'monthly' ? 1 : 3;
  const next = new Date(start);
  next.setUTCDate(1);
  next.setUTCMonth(next.getUTCMonth() + months);
  const days = new Date(Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + 1, 0)).getUTCDate();
  next.setUTCDate(Math.min(start.getUTCDate(), days));
  return next;
}
