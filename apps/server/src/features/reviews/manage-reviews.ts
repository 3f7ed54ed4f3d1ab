import { randomUUID } from 'node:crypto';
import { and, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { AppDirectory } from '../../directory/app-directory.ts';
import type { FindPerson } from '../../directory/find-person.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import type { Audit, CallOrigin, ChangeOrigin } from '../audit/record.ts';
import type { CreateInput, Recurrence, ReviewChange, ReviewStatus } from './review.ts';
import { createReviewStore, previousReview, type ReviewHead } from './review-store.ts';
import { reviews } from './tables.ts';

export interface ReviewManagementDeps {
  readonly db: NodePgDatabase;
  readonly directory: Pick<AppDirectory, 'assignRole'>;
  readonly findPerson: FindPerson;
  readonly audit: Pick<Audit, 'changing'>;
  readonly changes: Pick<Topic<ReviewChange>, 'publish'>;
  /** Reads populations and releases reviewers without waiting for the next poll. */
  readonly wake: () => void;
  readonly now: () => Date;
}

export interface ReviewManagement {
  /** @throws {AppError} `INPUT_INVALID`, `PERSON_NOT_FOUND` @throws {PermitApiError} */
  create(input: CreateInput, origin: CallOrigin): Promise<{ readonly id: string }>;
  /** @throws {AppError} `REVIEW_STATUS` @throws {PermitApiError} The review is still a draft. */
  start(id: string, origin: ChangeOrigin): Promise<void>;
  /** @throws {AppError} `REVIEW_STATUS` */
  cancel(id: string, origin: CallOrigin): Promise<void>;
  /** Creates the next review of a series. */
  createNext(previous: ReviewHead): Promise<void>;
}

/** The object in Permit on which reviewers have their role. */
export const objectOf = (id: string): `reviews:${string}` => `reviews:${id}`;

export function createReviewManagement(deps: ReviewManagementDeps): ReviewManagement {
  const { db, directory, findPerson, audit, changes, wake, now } = deps;

  const find = async (tenant: string, id: string): Promise<ReviewHead> => {
    const review = await createReviewStore(db, tenant).find(id);
    if (review === undefined) throw new AppError('REVIEW_NOT_FOUND', `There is no review ${id} here.`);
    return review;
  };
  const move = async (
    id: string,
    from: readonly ReviewStatus[],
    change: Partial<typeof reviews.$inferInsert>,
  ): Promise<void> => {
    const [moved] = await db
      .update(reviews)
      .set(change)
      .where(and(eq(reviews.id, id), inArray(reviews.status, [...from])))
      .returning({ id: reviews.id });
    if (moved === undefined) {
      const [found] = await db.select({ status: reviews.status }).from(reviews).where(eq(reviews.id, id));
      throw notPossible(found?.status ?? 'cancelled');
    }
  };
  const changed = (tenant: string, review: string): void => {
    changes.publish({ tenant, review });
    wake();
  };
  const insert = async (writer: Pick<NodePgDatabase, 'insert'>, review: NewReview): Promise<string> => {
    const id = randomUUID();
    const previous = (await previousReview(db, review))?.id ?? null;
    await writer.insert(reviews).values({ ...review, id, status: 'preparing', createdAt: now(), previous });
    return id;
  };

  return {
    async create({ reviewers: chosen, dueAt: due, ...input }, origin) {
      const { tenant, actor } = origin;
      const dueAt = new Date(due);
      if (dueAt <= now()) throw new AppError('INPUT_INVALID', 'dueAt: must be in the future.');
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

    async start(id, origin) {
      const { tenant } = origin;
      const review = await find(tenant, id);
      if (review.status !== 'draft') throw notPossible(review.status);
      const at = now();
      await audit.changing(
        { ...origin, ...on(id), action: 'review.start', after: { name: review.name } },
        async () => {
          // Before it is open, so that each of them can decide; what was assigned stays when the rest fails.
          for (const user of review.reviewers)
            await directory.assignRole({ user, role: 'reviewer', tenant, instance: objectOf(id) }); // oxlint-disable-line no-await-in-loop -- few, and Permit limits its rate
          await move(id, ['draft'], {
            status: 'open',
            startedAt: at,
            nextAt: nextAfter(at, review.recurrence),
          });
        },
      );
      for (const reviewer of review.reviewers) changes.publish({ tenant, review: id, reviewer });
      changed(tenant, id);
    },

    async cancel(id, origin) {
      const { tenant } = origin;
      await find(tenant, id);
      await audit.changing({ ...origin, ...on(id), action: 'review.cancel' }, () =>
        move(id, ['preparing', 'draft', 'open'], { status: 'cancelled', nextAt: null, claimedUntil: null }),
      );
      changed(tenant, id);
    },

    async createNext(previous) {
      const { tenant, name, scope, chosen, recurrence, createdBy, startedAt, dueAt, nextAt } = previous;
      if (nextAt === null || startedAt === null) return;
      const time = dueAt.getTime() - startedAt.getTime();
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
        // Unless another replica has created it.
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

function notPossible(status: ReviewStatus): AppError {
  return new AppError('REVIEW_STATUS', `The review is ${status}.`, { details: { status } });
}

/** The same day of a later month, or its last day. */
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
