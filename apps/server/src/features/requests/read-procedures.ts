import { any } from '@latchkey/permissions/trpc';
import { permitted } from '../../platform/trpc/trpc.ts';
import { decidedBy } from './approver-procedures.ts';
import { decidableBy, hasApproved, isOwn, mayDecide, visibleTo, type DeciderDeps } from './decide-rights.ts';
import { namedBy, targetView, type RequestContext, type RequestContextDeps } from './request-context.ts';
import { cursorAfter, EndingInput, ListInput, pageOf } from './request-inputs.ts';
import { createReadMeaning } from './request-meaning.ts';
import { explainOrNull } from './target-questions.ts';
import { undoneDecisionsOf } from './undo-decision.ts';

/** The procedures that show requests to their approvers. */
export function readProcedures(
  deps: RequestContextDeps & Pick<DeciderDeps, 'permissionsFor'>,
  context: RequestContext,
) {
  const { db, now, explainAccess, findPeople, rules } = deps;
  const { storeOf, viewOf, viewing, instancesIn } = context;
  const readMeaning = createReadMeaning({
    ...deps,
    liveGrantsOf: (tenant, subjects) => storeOf(tenant).liveGrantsOf(subjects),
  });

  return {
    /**
     * Lists the tenant's requests, newest first: `{ items, nextCursor }`. Users with `requests:view` see all of them;
     * others see those for reports and collections that they may share. `requester` selects one user's requests,
     * `decidable` those that the caller can decide.
     *
     * Each item has `canDecide`, `hasApproved`, and `title`, `isGone`, `deniedOn` and `isOwn` as in `get`. `meaning` is
     * `{ adds, holds, heldUntil }` as in `get`; `null` unless `withMeaning` is set, the request is open, the caller can
     * decide it, and the data is available.
     */
    list: permitted(any('requests:view', 'requests:create'))
      .meta({
        tool: {
          name: 'list_access_requests',
          title: 'List access requests',
          description:
            'The access requests that the person may see, the newest first. With decidable, those that they can decide in the console.',
        },
      })
      .input(ListInput)
      .query(async ({ ctx, input }) => {
        const { identity, permissions } = ctx;
        const { tenant } = identity;
        const where = input.decidable ? await decidableBy(db, ctx, rules) : await visibleTo(db, ctx);
        const page = await storeOf(tenant).list({ ...pageOf(input), where, requester: input.requester });
        const [viewed, mayDecideEach, instances] = await Promise.all([
          viewing(page),
          mayDecide(permissions, rules, page),
          instancesIn(ctx, page),
        ]);
        const decidable = new Set(
          page.filter((request, index) => mayDecideEach[index] === true && !isOwn(request, identity)),
        );
        const open = input.withMeaning
          ? page.filter((request) => request.status === 'open' && decidable.has(request))
          : [];
        const meanings = await readMeaning.each(tenant, open);
        const meaningById = new Map(open.map(({ id }, index) => [id, meanings[index]]));
        return {
          items: page.map((request) => ({
            ...viewed(request),
            isOwn: isOwn(request, identity),
            hasApproved: hasApproved(request, identity),
            canDecide: decidable.has(request),
            ...namedBy(instances, request),
            meaning: meaningById.get(request.id) ?? null,
          })),
          nextCursor: cursorAfter(page, input),
        };
      }),

    /** Counts the open requests that `list` shows: `{ count, oldestAt }`; `oldestAt` is `null` if there is none. */
    openCount: permitted(any('requests:view', 'requests:create')).query(async ({ ctx }) => {
      const { count, oldestAt } = await storeOf(ctx.identity.tenant).countOpen(await visibleTo(db, ctx));
      return { count, oldestAt: oldestAt?.toISOString() ?? null };
    }),

    /**
     * Lists the temporary roles that end within `days`, in the tenant and on its reports and collections, the first to
     * end first: `{ items, total, next }`. Each item has `title` and `isGone` as in `get`; `next` is the `cursor` of the
     * next page, or `null`.
     */
    ending: permitted('requests:view')
      .input(EndingInput)
      .query(async ({ ctx, input: { days, cursor: offset, limit } }) => {
        const until = new Date(now().getTime() + days * 86_400_000);
        const { total, rows } = await storeOf(ctx.identity.tenant).ending({ until, offset, limit });
        const [people, instances] = await Promise.all([
          findPeople(rows.map(({ subject }) => subject)),
          instancesIn(ctx, rows),
        ]);
        const items = rows.map((row) => {
          const { title, isGone } = namedBy(instances, row);
          return {
            id: row.id,
            person: people.get(row.subject) ?? { key: row.subject, name: null },
            target: targetView(row),
            title,
            isGone,
            endsAt: row.expiresAt?.toISOString() ?? until.toISOString(),
          };
        });
        const read = offset + items.length;
        return { items, total, next: items.length === 0 || read >= total ? null : read };
      }),

    /**
     * Returns one request for its approvers, with
     *
     * - `title`: the title of the report or the collection; `null` for a tenant role, or if the caller may not read it.
     * - `isGone`: whether the report or the collection no longer exists.
     * - `deniedOn`: `{ resource, id, title }` of the instance on which the requester was denied the permission.
     * - `adds`: the permissions that the requester would gain, in the policy's order.
     * - `holds`: the requester's roles in the tenant and on the report or the collection, `[{ role, instance? }]`.
     * - `heldUntil`: the end of the grant that the request would extend; `null` if there is none.
     * - `explanation`: why the requester lacks the denied permission, or otherwise the first permission that they would
     *   gain; `null` if they would gain none, if the instance no longer exists, or if no explanation is available.
     * - `isOwn`: whether the caller is the requester, and so cannot decide the request.
     * - `hasApproved`: whether the caller has approved the request, which still needs another user's approval.
     * - `undone`: the undone decisions, `[{ decision, decidedBy, decidedAt, undoneAt }]`.
     *
     * @throws `REQUEST_NOT_FOUND`
     */
    get: decidedBy(permitted, deps, context).query(async ({ ctx }) => {
      const { loaded: request, identity } = ctx;
      const { requester } = request;
      const [view, instances, meaning, undone] = await Promise.all([
        viewOf(request),
        instancesIn(ctx, [request]),
        readMeaning.one(request),
        undoneDecisionsOf(db, request.id),
      ]);
      const undoers = await findPeople(undone.map(({ decidedBy }) => decidedBy));
      const { adds } = meaning;
      const asked = adds.find((one) => one === request.permission) ?? adds[0];
      const instance = (asked === request.permission ? request.permissionOn : null) ?? request.instance;
      const isGone = instance !== null && !instances.existing.has(instance);
      return {
        ...view,
        ...namedBy(instances, request),
        ...meaning,
        explanation:
          asked === undefined || isGone
            ? null
            : await explainOrNull(() =>
                explainAccess(ctx, {
                  subject: requester,
                  permission: asked,
                  instance: instance ?? undefined,
                }),
              ),
        isOwn: isOwn(request, identity),
        hasApproved: hasApproved(request, identity),
        undone: undone.map(({ decision, decidedBy, decidedAt, undoneAt }) => ({
          decision,
          decidedBy: undoers.get(decidedBy) ?? { key: decidedBy, name: null },
          decidedAt: decidedAt.toISOString(),
          undoneAt: undoneAt.toISOString(),
        })),
      };
    }),
  };
}
