import { any } from '@latchkey/permissions/trpc';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import type { FindPeople } from '../../directory/people.ts';
import type { TitleReaders } from '../../directory/shared-resources.ts';
import type { Subscriptions } from '../../directory/subscriptions.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import { StorableText } from '../../platform/text-input.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { permitted, permittedInPerson, router } from '../../platform/trpc/trpc.ts';
import { originOf, type Audit } from '../audit/record.ts';
import { createDecideRows } from './decide-rows.ts';
import { nextDue } from './due.ts';
import type { ReviewManagement } from './manage-reviews.ts';
import { CreateInput, DecideInput, ReviewRef, RowsInput, type ReviewChange } from './review.ts';
import { createReviewStore, listRows, type ReviewHead } from './review-store.ts';
import { createReviewViews } from './review-views.ts';
import type { ReviewWork } from './review-work.ts';
import { createUnusedProcedures, type UnusedDeps } from './unused-procedures.ts';

export interface ReviewsRouterDeps extends TitleReaders {
  readonly unused: UnusedDeps;
  readonly db: NodePgDatabase;
  readonly management: ReviewManagement;
  readonly work: ReviewWork;
  readonly findPeople: FindPeople;
  readonly changes: Topic<ReviewChange>;
  readonly subscriptions: Subscriptions;
  readonly audit: Pick<Audit, 'changedWith'>;
  readonly now: () => Date;
}

interface Call {
  readonly input: { readonly id: string };
  readonly ctx: SignedIn;
}

const idOf = ({ id }: ReviewHead): string => id;

async function canManage({ permissions }: SignedIn): Promise<boolean> {
  return (await permissions.check('reviews:manage', undefined)).outcome === 'allow';
}

/** Access reviews: managers start and finish them, reviewers decide which access stays. */
export function createReviewsRouter(deps: ReviewsRouterDeps) {
  const { db, management, work, changes, subscriptions } = deps;
  const views = createReviewViews(deps);
  const decide = createDecideRows(deps);
  const load = ({ input: { id }, ctx }: Call): Promise<ReviewHead> =>
    createReviewStore(db, ctx.identity.tenant).get(id);
  const decided = permitted('reviews:decide', ReviewRef, { load, on: idOf });
  /** A mutation of one review of the caller's tenant by a manager. */
  const managed = permittedInPerson('reviews:manage', undefined).input(ReviewRef);

  return router({
    /** Lists the reviews that the caller manages or decides, newest first, at most 100: `{ canManage, items }`. */
    list: permitted(any('reports:view', 'reviews:manage'), undefined).query(async ({ ctx }) => {
      const [plan, isManager] = await Promise.all([ctx.permissions.list('reviews:decide'), canManage(ctx)]);
      const { tenant, subject } = ctx.identity;
      const found = await createReviewStore(db, tenant).list(plan, subject);
      return { canManage: isManager, items: await views.summaries(found) };
    }),

    /**
     * Returns the open review that is due next and in which the caller has to decide, or else, for managers, any:
     * `{ id, name, dueAt, mine, undecided }` or `null`. `mine`: undecided rows of the caller.
     */
    due: permitted(any('reports:view', 'reviews:manage'), undefined).query(async ({ ctx }) => {
      const { tenant, subject } = ctx.identity;
      return nextDue(db, { tenant, subject, isManager: await canManage(ctx) });
    }),

    /** Returns a review with its counts. */
    get: decided.query(async ({ ctx }) =>
      views.details(ctx.loaded, { caller: ctx.identity.subject, canManage: await canManage(ctx) }),
    ),

    /** Returns a page of rows: `{ items, total }`. */
    rows: decided.input(RowsInput).query(async ({ ctx, input: { id, ...page } }) => {
      const { rows, total } = await listRows(db, id, { ...page, caller: ctx.identity.subject });
      const reader = { reader: ctx, canManage: await canManage(ctx) };
      return { items: await views.rows(ctx.loaded, rows, reader), total };
    }),

    /**
     * Creates a review and begins to read its population: `{ id }`. It is a draft when that is complete.
     */
    create: permittedInPerson('reviews:manage', undefined)
      .input(CreateInput)
      .mutation(({ ctx, input }) => management.create(input, originOf(ctx))),

    /** Opens a draft for its reviewers. */
    start: managed.mutation(({ ctx, input }) => management.start(input.id, originOf(ctx))),

    /** Discards a draft, or ends a review without applying anything. */
    cancel: managed.mutation(({ ctx, input }) => management.cancel(input.id, originOf(ctx))),

    /**
     * Decides rows, or withdraws decisions: `{ outdated }`, the positions of rows that another reviewer has decided in
     * the meantime. Nobody decides about their own access.
     */
    decide: permittedInPerson('reviews:decide', ReviewRef, { load, on: idOf })
      .input(DecideInput)
      .mutation(({ ctx, input }) => decide(input, originOf(ctx))),

    /** Returns what the decided removals and changes will do, in pages by `position`. */
    removals: permitted('reviews:manage', undefined)
      .input(
        ReviewRef.extend({
          after: z.number().int().min(-1).default(-1),
          limit: z.number().int().min(1).max(100).default(50),
        }),
      )
      .query(async ({ ctx, input }) => work.planRemovals(await load({ ctx, input }), input)),

    /** Ends the decisions and begins the removals. Rows without a decision are reported as not reviewed. */
    finish: managed.mutation(({ ctx, input }) => work.finish(input.id, originOf(ctx))),

    /** Attempts failed removals again. */
    retry: managed.mutation(({ ctx, input }) => work.retry(input.id, originOf(ctx))),

    /** Gives up failed removals and seals the evidence. */
    close: managed.mutation(({ ctx, input }) => work.close(input.id, originOf(ctx))),

    /** Adds a correction to a closed review. */
    addNote: managed
      .input(z.object({ text: StorableText.trim().min(1).max(2_000) }))
      .mutation(({ ctx, input }) => work.addNote(input.id, input.text, originOf(ctx))),

    ...createUnusedProcedures(deps.unused),

    /** Yields after each change of a review. */
    changes: permitted(any('reports:view', 'reviews:manage'), undefined).subscription(
      ({ ctx: { identity, permissions }, signal }) =>
        subscriptions.changes({
          identity,
          signal,
          recheck: async () => {
            const managing = await permissions.check('reviews:manage', undefined);
            if (managing.outcome === 'deny') await permissions.require('reports:view', undefined);
          },
          subscribe: (onChange) =>
            changes.subscribe({
              onGap: onChange,
              onMessage({ tenant }) {
                if (tenant === identity.tenant) onChange();
              },
            }),
        }),
    ),
  });
}
