import { any } from '@latchkey/permissions/trpc';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import type { ConnectedApplications } from '../../directory/connected-applications.ts';
import type { FindPeople } from '../../directory/people.ts';
import type { TitleReaders } from '../../directory/shared-resources.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import { StorableText } from '../../platform/text-input.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { permitted, permittedInPerson, router } from '../../platform/trpc/trpc.ts';
import { originOf, type Audit, type CallOrigin } from '../audit/record.ts';
import { nextDue } from './due.ts';
import { lesserRoles } from './found-row.ts';
import type { ReviewManagement } from './manage-reviews.ts';
import {
  createReviewStore,
  decideRows,
  listRows,
  lockReview,
  notPossible,
  rowsAt,
  type ReviewHead,
  type StoredRow,
} from './review-store.ts';
import { createReviewViews } from './review-views.ts';
import type { ReviewWork } from './review-work.ts';
import type { createReviewers } from './reviewers.ts';
import { CreateInput, DecideInput, FinishInput, ReviewRef, RowsInput, type ReviewChange } from './review.ts';
import { createUnusedProcedures, type UnusedDeps } from './unused-procedures.ts';

export interface ReviewsRouterDeps extends TitleReaders {
  readonly unused: UnusedDeps;
  readonly db: NodePgDatabase;
  readonly management: ReviewManagement;
  readonly reviewers: Pick<ReturnType<typeof createReviewers>, 'canReview'>;
  readonly work: ReviewWork;
  readonly findPeople: FindPeople;
  readonly applications: Pick<ConnectedApplications, 'changingFor'>;
  readonly changes: Topic<ReviewChange>;
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

export function createReviewsRouter(deps: ReviewsRouterDeps) {
  const { db, management, reviewers, work, changes } = deps;
  const views = createReviewViews(deps);
  const decide = createDecideRows(deps);
  const load = ({ input: { id }, ctx }: Call): Promise<ReviewHead> =>
    createReviewStore(db, ctx.identity.tenant).get(id);
  const decided = permitted('reviews:decide', ReviewRef, { load, on: idOf });
  const managed = permittedInPerson('reviews:manage', undefined).input(ReviewRef);

  return router({
    /** Lists up to 100 reviews that the caller can manage or decide, newest first: `{ canManage, items }`. */
    list: permitted(any('reports:view', 'reviews:manage'), undefined)
      .meta({
        tool: {
          name: 'list_access_reviews',
          title: 'List access reviews',
          description:
            'The access reviews that the person takes part in or manages, with their progress and due dates.',
        },
      })
      .query(async ({ ctx }) => {
        const [plan, isManager] = await Promise.all([ctx.permissions.list('reviews:decide'), canManage(ctx)]);
        const { tenant, subject } = ctx.identity;
        const found = await createReviewStore(db, tenant).list(plan, subject);
        return { canManage: isManager, items: await views.summaries(found) };
      }),

    /**
     * Returns the next due review in which the caller must decide rows: `{ id, name, dueAt, mine, undecided }` or
     * `null`. If there is none, managers get the next due review of any reviewer. `mine`: the number of the caller's
     * undecided rows.
     */
    due: permitted(any('reports:view', 'reviews:manage'), undefined).query(async ({ ctx }) => {
      const { tenant, subject } = ctx.identity;
      return nextDue(db, { tenant, subject, isManager: await canManage(ctx) });
    }),

    get: decided.query(async ({ ctx }) =>
      views.details(ctx.loaded, { caller: ctx.identity.subject, canManage: await canManage(ctx) }),
    ),

    /** Returns a page of rows: `{ items, total }`. */
    rows: decided.input(RowsInput).query(async ({ ctx, input: { id, ...page } }) => {
      const { rows, total } = await listRows(db, id, { ...page, caller: ctx.identity.subject });
      const reader = { reader: ctx, canManage: await canManage(ctx) };
      return { items: await views.rows(ctx.loaded, rows, reader), total };
    }),

    /** Creates a review, which becomes a draft once its population is read: `{ id }`. */
    create: permittedInPerson('reviews:manage', undefined)
      .input(CreateInput)
      .mutation(({ ctx, input }) => management.create(input, originOf(ctx))),

    /** Opens a draft for its reviewers. */
    start: managed.mutation(({ ctx, input }) => management.start(input.id, originOf(ctx))),

    /** Discards a draft, or ends an open review without applying its decisions. */
    cancel: managed.mutation(({ ctx, input }) => management.cancel(input.id, originOf(ctx))),

    /**
     * Decides rows, or withdraws decisions. Returns `{ outdated }`, the positions of rows that were decided in the
     * meantime and stay unchanged. No user decides on their own access.
     */
    decide: permittedInPerson('reviews:decide', ReviewRef, { load, on: idOf })
      .input(DecideInput)
      .mutation(async ({ ctx, input }) => {
        const { subject } = ctx.identity;
        // Until the worker has replaced a reviewer who lost the role that made them one, they still have `reviewer`.
        const isLost =
          ctx.loaded.reviewers.includes(subject) &&
          !(await canManage(ctx)) &&
          !(await reviewers.canReview(ctx.loaded, subject));
        if (isLost) throw new AppError('FORBIDDEN', 'You are no longer a reviewer of this review.');
        return decide(input, originOf(ctx));
      }),

    /** Returns pages, sorted by `position`, of what the decided removals and changes would do. */
    removals: permitted('reviews:manage', undefined)
      .input(
        ReviewRef.extend({
          after: z.number().int().min(-1).default(-1),
          limit: z.number().int().min(1).max(100).default(50),
        }),
      )
      .query(async ({ ctx, input }) => work.planRemovals(await load({ ctx, input }), input)),

    /**
     * Ends the decisions and starts the removals. Rows without a decision get the outcome `not-reviewed`. Without
     * `newOwner`, the removal of the last owner of a report or collection fails: `LAST_OWNER`.
     */
    finish: managed.input(FinishInput).mutation(({ ctx, input }) => work.finish(input, originOf(ctx))),

    retry: managed.mutation(({ ctx, input }) => work.retry(input.id, originOf(ctx))),

    /** Gives up the open removals, so that the evidence is sealed. */
    close: managed.mutation(({ ctx, input }) => work.close(input.id, originOf(ctx))),

    addNote: managed
      .input(z.object({ text: StorableText.trim().min(1).max(2_000) }))
      .mutation(({ ctx, input }) => work.addNote(input.id, input.text, originOf(ctx))),

    ...createUnusedProcedures(deps.unused),

    /** Emits immediately, and whenever a review of the tenant changes: a signal to fetch the reviews again. */
    changes: permitted(any('reports:view', 'reviews:manage'), undefined).subscription(
      ({ ctx: { identity, permissions, subscriptions }, signal }) =>
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

type Decided = z.output<typeof DecideInput>;

function createDecideRows({ db, audit, changes, now }: ReviewsRouterDeps) {
  return async (input: Decided, origin: CallOrigin): Promise<{ readonly outdated: readonly number[] }> => {
    const { id, rows, decision, reason = null } = input;
    const newRole = decision === 'change' ? (input.newRole ?? null) : null;
    const { tenant } = origin;
    const positions = rows.map(({ position }) => position);
    const by = origin.actor.subject;
    const decided = await db.transaction(async (transaction) => {
      const { status } = await lockReview(transaction, { tenant, id }, 'share');
      if (status !== 'open') throw notPossible(status);
      for (const row of await rowsAt(transaction, id, positions)) requireDecidable(row, input, origin);
      const changed = await decideRows(transaction, id, {
        rows,
        decision,
        newRole,
        reason: decision === null ? null : reason,
        by,
        at: now(),
      });
      if (changed.length > 0)
        await audit.changedWith(transaction, {
          ...origin,
          action: 'review.decide',
          on: { resource: 'reviews', key: id },
          after: { decision, rows: changed.length, ...(newRole !== null && { role: newRole }) },
        });
      return changed;
    });
    changes.publish({ tenant, review: id });
    return { outdated: positions.filter((position) => !decided.includes(position)) };
  };
}

/** @throws {AppError} `OWN_REVIEW`, `REASON_REQUIRED`, `INPUT_INVALID` */
function requireDecidable(
  row: StoredRow,
  { decision, newRole, reason }: Decided,
  { actor }: CallOrigin,
): void {
  if (row.subject === actor.subject) throw new AppError('OWN_REVIEW', 'Someone else reviews your access.');
  const needsReason = decision === 'keep' ? row.flags.length > 0 : decision !== null;
  if (needsReason && (reason === undefined || reason === ''))
    throw new AppError('REASON_REQUIRED', 'A reason is required.', { details: { position: row.position } });
  if (decision === 'change' && !(newRole !== undefined && lesserRoles(row).includes(newRole)))
    throw new AppError('INPUT_INVALID', `${newRole ?? 'No role'} is not a lesser role than ${row.role}.`);
}
