import type { PolicyPermissions } from '@latchkey/permissions';
import { any } from '@latchkey/permissions/trpc';
import type { policy } from '@latchkey/policy';
import { z } from 'zod';
import { AppError } from '../../app-error.ts';
import type { ExplainAccess } from '../../auth/access-explanation.ts';
import type { Identity } from '../../auth/identity.ts';
import type { SignedIn } from '../../trpc/context.ts';
import { permitted, permittedInPerson } from '../../trpc/trpc.ts';
import { originOf } from '../audit/record.ts';
import { mayDecide, requireDecider, sharable } from './decide-rights.ts';
import { notFound, refused, type RequestContext, type RequestContextDeps } from './request-context.ts';
import { cursorAfter, Duration, isLonger, ListInput, pageOf, RequestRef, Text } from './request-inputs.ts';
import type { RequestWithGrant } from './request-store.ts';
import { createReadMeaning } from './request-meaning.ts';
import { requestRecord } from './request-record.ts';
import { requestView } from './request-views.ts';
import { targetOf } from './target.ts';
import { explainOrNull, type Caller } from './target-questions.ts';
import { undoDecision, undoneDecisionsOf } from './undo-decision.ts';

export interface ApproverDeps extends RequestContextDeps {
  /** The permissions of somebody, in a tenant. */
  readonly permissionsFor: (who: Caller) => PolicyPermissions<typeof policy>;
  readonly explainAccess: ExplainAccess;
  /** Removes the role of a grant that is ending. Never rejects: what fails now is done later. */
  readonly removeNow: (grant: string) => Promise<void>;
}

const open = { status: 'open' };

/** The procedures of who decides: the list, one request with what it would give, approving and refusing. */
export function approverProcedures(deps: ApproverDeps, context: RequestContext) {
  const { db, now, audit, explainAccess, findPeople } = deps;
  const { storeOf, changed, peopleOf, titlesIn, alreadyDecided, requireExisting, obstacleToGrant } = context;
  const readMeaning = createReadMeaning({
    ...deps,
    liveGrantsOf: (tenant, subjects) => storeOf(tenant).liveGrantsOf(subjects),
  });

  const loadDecidable = async ({
    input,
    ctx: { identity, permissions },
  }: {
    readonly input: { id: string };
    readonly ctx: SignedIn;
  }): Promise<RequestWithGrant> => {
    const request = await storeOf(identity.tenant).find(input.id);
    if (request === undefined) throw notFound(input.id);
    await requireDecider(permissions, request);
    return request;
  };

  /** For who may decide the request: the loader asks for the permission that this request needs, the gate for any of them. */
  const decidedBy = (gate: typeof permitted) =>
    gate(any('requests:decide', 'reports:share', 'collections:share'), RequestRef, {
      load: loadDecidable,
      on: ({ instance }) => (instance === null ? {} : instance),
    });
  const decided = decidedBy(permitted);
  const decidedInPerson = decidedBy(permittedInPerson);
  const afterDecision = async (before: RequestWithGrant, isDecided: boolean) => {
    const request = await storeOf(before.tenant).find(before.id);
    if (request === undefined) throw notFound(before.id);
    if (!isDecided) throw await alreadyDecided(request);
    changed(request);
    return requestView(request, await peopleOf([request]));
  };

  return {
    /**
     * The tenant's requests, newest first, for who may view all (`requests:view`); for others, those about reports and
     * collections that they may share. With `requester` only those of one person. Each has `canDecide`, `isOwn` (nobody decides
     * their own), and `title` of the report or the collection (`null` for a role in the tenant, and when it is gone). With
     * `withMeaning` also `meaning` of those that the caller decides, `{ adds, holds, heldUntil }` as `get` has them; `null` when
     * nobody can tell right now. Returns `{ items, nextCursor }`.
     */
    list: permitted(any('requests:view', 'requests:create'))
      .input(ListInput)
      .query(async ({ ctx: { identity, permissions }, input }) => {
        const { tenant } = identity;
        const viewsAll = (await permissions.check('requests:view')).outcome === 'allow';
        const among = viewsAll ? 'all' : await sharable(permissions);
        const page = await storeOf(tenant).list({ ...pageOf(input), among, requester: input.requester });
        const [people, mayDecideEach, titles] = await Promise.all([
          peopleOf(page),
          mayDecide(permissions, page),
          titlesIn(tenant, page),
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
            ...requestView(request, people),
            isOwn: isOwn(request, identity),
            canDecide: decidable.has(request),
            title: titles.get(request.instance ?? '') ?? null,
            meaning: meaningById.get(request.id) ?? null,
          })),
          nextCursor: cursorAfter(page, input),
        };
      }),

    /**
     * One request, for who may decide it: the request, and besides
     *
     * - `title` of the report or the collection; `null` for a role in the tenant, and when it is gone.
     * - `adds`: the permissions that the requester would get, in the policy's order.
     * - `holds`: the roles that the requester has in the tenant and on the report or the collection, `[{ role, instance? }]`.
     * - `heldUntil`: the end of the grant that it would extend; `null` when it extends none.
     * - `explanation`: why the requester lacks the permission that they were denied, or the first one that it would add; `null`
     *   when it would add none, when what it is about is gone, or when nobody can tell right now.
     * - `isOwn`: the caller has asked; somebody else decides.
     * - `undone`: decisions that who made them took back, `[{ decision, decidedBy, decidedAt, undoneAt }]`.
     *
     * @throws `REQUEST_NOT_FOUND`
     */
    get: decided.query(async ({ ctx }) => {
      const { loaded: request, identity } = ctx;
      const { tenant, requester } = request;
      const [people, titles, meaning, undone] = await Promise.all([
        peopleOf([request]),
        titlesIn(tenant, [request]),
        readMeaning.one(request),
        undoneDecisionsOf(db, request.id),
      ]);
      const undoers = await findPeople(undone.map(({ decidedBy }) => decidedBy));
      const { adds } = meaning;
      const isGone = request.instance !== null && !titles.has(request.instance);
      const asked = isGone ? undefined : (adds.find((one) => one === request.permission) ?? adds[0]);
      return {
        ...requestView(request, people),
        title: titles.get(request.instance ?? '') ?? null,
        ...meaning,
        explanation:
          asked === undefined
            ? null
            : await explainOrNull(() =>
                explainAccess(ctx, {
                  subject: requester,
                  permission: asked,
                  instance: request.instance ?? undefined,
                }),
              ),
        isOwn: isOwn(request, identity),
        undone: undone.map(({ decision, decidedBy, decidedAt, undoneAt }) => ({
          decision,
          decidedBy: undoers.get(decidedBy) ?? { key: decidedBy, name: null },
          decidedAt: decidedAt.toISOString(),
          undoneAt: undoneAt.toISOString(),
        })),
      };
    }),

    /**
     * Grants what was asked for, or less: `{ id, duration? }`, seconds, `null` for good. Returns the request, whose grant is
     * `pending`: the role arrives in a moment, `changes` tells when. A request for a role that a grant with an end gives already
     * extends that grant.
     * @throws `REQUEST_DECIDED`, `OWN_REQUEST`, `DURATION_EXCEEDED`, `ALREADY_HELD`, `REPORT_NOT_FOUND`, `COLLECTION_NOT_FOUND`,
     * `REQUEST_NOT_FOUND`, `ROLE_MANAGED_IN_LOGTO`, `ROLE_ENDING`
     */
    approve: decidedInPerson
      .input(z.object({ duration: Duration.optional() }))
      .mutation(async ({ ctx, input: { duration = ctx.loaded.duration } }) => {
        const { loaded: request, identity } = ctx;
        requireOther(request, identity);
        if (isLonger(duration, request.duration))
          throw new AppError(
            'DURATION_EXCEEDED',
            'A decision can shorten what was asked for, not lengthen it.',
          );
        const { id, tenant, requester } = request;
        const target = targetOf(request);
        if (target !== undefined) {
          await requireExisting(target, tenant);
          const obstacle = await obstacleToGrant(target, { subject: requester, tenant });
          if (obstacle !== undefined) throw refused(obstacle);
        }
        const after = { status: 'approved', duration };
        const outcome = await audit.changing(
          { ...originOf(ctx), ...requestRecord('request.approve', request, { before: open, after }) },
          () => storeOf(tenant).approve(id, { by: identity.subject, duration }),
          (found) => (found === 'approved' ? {} : undefined),
        );
        if (outcome === 'held') {
          const held = await storeOf(tenant).liveGrant(requester, request);
          if (held?.status !== 'ending') throw refused('ALREADY_HELD');
          throw new AppError('ROLE_ENDING', 'A grant of this role is just ending: try again in a moment.');
        }
        return afterDecision(request, outcome === 'approved');
      }),

    /** Refuses a request: `{ id, note? }`, the note is for the requester. Returns it. @throws `REQUEST_DECIDED`, `OWN_REQUEST`, `REQUEST_NOT_FOUND` */
    refuse: decided
      .input(z.object({ note: Text.optional() }))
      .mutation(async ({ ctx, input: { note = null } }) => {
        const { loaded: request, identity } = ctx;
        requireOther(request, identity);
        const after = { status: 'refused' };
        const isRefused = await audit.changing(
          { ...originOf(ctx), ...requestRecord('request.refuse', request, { before: open, after }) },
          () => storeOf(request.tenant).refuse(request.id, { by: identity.subject, note }),
          (isChanged) => (isChanged ? {} : undefined),
        );
        return afterDecision(request, isRefused);
      }),

    /**
     * Undoes an own decision, within seconds: `{ id, decidedAt }`, as the decision was answered. The request is open again. A role
     * that the approval gave is taken away before this answers, or as soon as Permit can; one that it extended ends as it did
     * before. Returns the request.
     * @throws `UNDO_EXPIRED`, `REQUEST_CHANGED` when something else has happened since, `REQUEST_NOT_FOUND`
     */
    undo: decidedInPerson
      .input(z.object({ decidedAt: z.iso.datetime() }))
      .mutation(async ({ ctx, input }) => {
        const { loaded, identity } = ctx;
        const { id, tenant, status: before } = loaded;
        const decidedAt = new Date(input.decidedAt);
        const undone = await audit.changing(
          {
            ...originOf(ctx),
            ...requestRecord('request.undo', loaded, { before: { status: before }, after: open }),
          },
          () => undoDecision({ db, now }, { id, tenant, by: identity.subject, decidedAt }),
          (result) => (typeof result === 'string' ? undefined : {}),
        );
        if (undone === 'expired')
          throw new AppError('UNDO_EXPIRED', 'A decision can be undone for a few seconds only.');
        const request = await storeOf(tenant).find(id);
        if (request === undefined) throw notFound(id);
        const view = requestView(request, await peopleOf([request]));
        if (undone === 'changed') {
          const { status, decidedBy } = view;
          throw new AppError('REQUEST_CHANGED', 'This decision is not the present state of the request.', {
            details: { status, decidedBy, decidedAt: view.decidedAt },
          });
        }
        changed(request);
        if (undone.ending !== null) await deps.removeNow(undone.ending);
        return view;
      }),
  };
}

/** Whether the caller has asked, or somebody who acts for them. */
function isOwn({ requester }: RequestWithGrant, { subject, actors = [] }: Identity): boolean {
  return requester === subject || actors.includes(requester);
}

function requireOther(request: RequestWithGrant, identity: Identity): void {
  if (isOwn(request, identity)) throw new AppError('OWN_REQUEST', 'Somebody else decides your request.');
}
