import { Duration } from '../../directory/duration.ts';
import { any } from '@latchkey/permissions/trpc';
import { z } from 'zod';
import { AppError } from '../../platform/app-error.ts';
import type { FindPerson } from '../../directory/find-person.ts';
import type { ExplainAccess } from '../../directory/access-explanation.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { permitted, permittedInPerson } from '../../platform/trpc/trpc.ts';
import { originOf } from '../audit/record.ts';
import {
  hasApproved,
  isOwn,
  lapsedApprovers,
  mayDecide,
  otherDecidingPermissions,
  requireDecider,
  requireOther,
  ruleOf,
  visibleTo,
  type DeciderDeps,
} from './decide-rights.ts';
import {
  namedBy,
  notFound,
  refused,
  requestRecord,
  type RequestContext,
  type RequestContextDeps,
} from './request-context.ts';
import { cursorAfter, isLonger, ListInput, pageOf, RequestRef, Text } from './request-inputs.ts';
import type { RequestWithGrant } from './request-store.ts';
import { createReadMeaning } from './request-meaning.ts';
import { targetOf } from './target.ts';
import { explainOrNull } from './target-questions.ts';
import { undoDecision, undoneDecisionsOf } from './undo-decision.ts';

export interface ApproverDeps extends RequestContextDeps, DeciderDeps {
  readonly explainAccess: ExplainAccess;
  readonly findPerson: FindPerson;
  /** Removes the role of an ending grant. Never rejects: failures are retried later. */
  readonly removeNow: (grant: string) => Promise<void>;
  readonly administrators: {
    /**
     * Runs `remove`, which removes or shortens the user's tenant roles, unless that would leave no administrator.
     * @throws {AppError} `LAST_ADMINISTRATOR`
     */
    removeUnlessLast<Result>(
      losing: { readonly tenant: string; readonly subject: string; readonly roles: readonly string[] },
      remove: () => Promise<Result>,
    ): Promise<Result>;
  };
}

const open = { status: 'open' };

/** Creates the procedures for approvers: list requests, read one with its effect, approve, refuse and undo. */
export function approverProcedures(deps: ApproverDeps, context: RequestContext) {
  const { db, now, audit, explainAccess, findPeople, rules } = deps;
  const { storeOf, changed, viewOf, viewing, instancesIn, alreadyDecided, requireExisting } = context;
  const { obstacleToGrant, obstacleToEffect } = context;
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
    await requireDecider(permissions, rules, request);
    return request;
  };

  /** The gate requires any permission to decide requests; the loader requires one that applies to this request. */
  const decidedBy = (gate: typeof permitted) =>
    gate(
      any('requests:decide', 'reports:share', 'collections:share', ...otherDecidingPermissions(rules)),
      RequestRef,
      {
        load: loadDecidable,
        on: ({ instance }) => (instance === null ? {} : instance),
      },
    );
  const decided = decidedBy(permitted);
  const decidedInPerson = decidedBy(permittedInPerson);
  const afterDecision = async (before: RequestWithGrant, isDecided: boolean) => {
    const request = await storeOf(before.tenant).find(before.id);
    if (request === undefined) throw notFound(before.id);
    if (!isDecided) throw await alreadyDecided(request);
    changed(request);
    return viewOf(request);
  };

  return {
    /**
     * Lists the tenant's requests, newest first: `{ items, nextCursor }`. Users with `requests:view` see all of them;
     * others see those for reports and collections that they may share. `requester` selects one user's requests.
     *
     * Each item has `canDecide`, `hasApproved`, and `title`, `isGone`, `deniedOn` and `isOwn` as in `get`. `meaning` is
     * `{ adds, holds, heldUntil }` as in `get`; `null` unless `withMeaning` is set, the request is open, the caller can
     * decide it, and the data is available.
     */
    list: permitted(any('requests:view', 'requests:create'))
      .input(ListInput)
      .query(async ({ ctx, input }) => {
        const { identity, permissions } = ctx;
        const { tenant } = identity;
        const among = await visibleTo(permissions);
        const page = await storeOf(tenant).list({ ...pageOf(input), among, requester: input.requester });
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
    get: decided.query(async ({ ctx }) => {
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

    /**
     * Approves a request, optionally for a shorter time: `{ id, duration? }`, in seconds; `null` for no end.
     *
     * Returns the request with a `pending` grant. The role is assigned shortly afterwards, which `changes` signals. If
     * the requester has a temporary grant of the same role, the approval extends it. If a second user must approve, the
     * request stays open with the caller in `approvals`, and the shorter of the two durations applies. Earlier
     * approvals of users who can no longer decide the request are removed.
     * @throws `REQUEST_DECIDED`, `OWN_REQUEST`, `DURATION_EXCEEDED`, `ALREADY_HELD`, `REPORT_NOT_FOUND`,
     *   `COLLECTION_NOT_FOUND`, `REQUEST_NOT_FOUND`, `PERSON_NOT_FOUND`, `MEMBER_SUSPENDED`,
     *   `ROLE_MANAGED_IN_LOGTO`, `ROLE_ENDING`, `NOT_CLEARED`, `REQUEST_WITHOUT_EFFECT`
     */
    approve: decidedInPerson
      .input(z.object({ duration: Duration.optional() }))
      .mutation(async ({ ctx, input: { duration = ctx.loaded.duration } }) => {
        const { loaded: request, identity } = ctx;
        requireOther(request, identity);
        const { approvals: needed, longest } = ruleOf(rules, request);
        if (isLonger(duration, request.duration) || isLonger(duration, longest))
          throw new AppError('DURATION_EXCEEDED', 'This request can be approved for a shorter time only.');
        const { id, tenant, requester } = request;
        const target = targetOf(request);
        if (target !== undefined) {
          await requireExisting(target, tenant);
          const to = { subject: requester, tenant };
          const obstacle =
            (await obstacleToGrant(target, to)) ?? (await obstacleToEffect({ ...request, target }, to, ctx));
          if (obstacle !== undefined) throw refused(obstacle);
        }
        // The requester may have left the tenant since.
        if (request.status === 'open' && !(await deps.findPerson(requester, tenant)).isActive)
          throw new AppError('MEMBER_SUSPENDED', 'The account of the requester is suspended.');
        const lapsed = request.status === 'open' && needed > 1 ? await lapsedApprovers(deps, request) : [];
        const after = { status: 'approved', duration };
        const outcome = await audit.changing(
          { ...originOf(ctx), ...requestRecord('request.approve', request, { before: open, after }) },
          () => storeOf(tenant).approve(id, { by: identity.subject, duration, needed, lapsed }),
          (found) => {
            if (found === 'first')
              return requestRecord('request.approve', request, {
                before: open,
                after: { ...open, duration },
              });
            return found === 'approved' ? {} : undefined;
          },
        );
        if (outcome === 'held') {
          const held = await storeOf(tenant).liveGrant(requester, request);
          if (held?.status !== 'ending') throw refused('ALREADY_HELD');
          throw new AppError('ROLE_ENDING', 'This role is expiring. Try again in a moment.');
        }
        return afterDecision(request, outcome === 'approved' || outcome === 'first');
      }),

    /**
     * Refuses a request: `{ id, note? }`; `note` is for the requester. Returns the request.
     * @throws `REQUEST_DECIDED`, `OWN_REQUEST`, `REQUEST_NOT_FOUND`
     */
    refuse: decided
      .input(z.object({ note: Text.optional() }))
      .mutation(async ({ ctx, input: { note = null } }) => {
        const { loaded: request, identity } = ctx;
        requireOther(request, identity);
        const after = { status: 'refused' };
        const isRefused = await audit.changing(
          { ...originOf(ctx), ...requestRecord('request.refuse', request, { before: open, after }) },
          () => storeOf(request.tenant).refuse(request.id, { by: identity.subject, note }),
        );
        return afterDecision(request, isRefused);
      }),

    /**
     * Undoes the caller's decision within 15 seconds: `{ id, decidedAt }`, with `decidedAt` from the response to the
     * decision. Reopens the request and returns it. A role that the approval granted is removed before the response, or
     * as soon as Permit is available; a grant that it extended gets its previous end back.
     * @throws `UNDO_EXPIRED`, `REQUEST_CHANGED`, `REQUEST_NOT_FOUND`, `LAST_ADMINISTRATOR`
     */
    undo: decidedInPerson
      .input(z.object({ decidedAt: z.iso.datetime() }))
      .mutation(async ({ ctx, input }) => {
        const { loaded, identity } = ctx;
        const { id, tenant, status, requester: subject, role, instance } = loaded;
        const decidedAt = new Date(input.decidedAt);
        const isLosing = status === 'approved' && instance === null;
        const undone = await audit.changing(
          {
            ...originOf(ctx),
            ...requestRecord('request.undo', loaded, { before: { status }, after: open }),
          },
          () =>
            deps.administrators.removeUnlessLast({ tenant, subject, roles: isLosing ? [role] : [] }, () =>
              undoDecision({ db, now }, { id, tenant, status, by: identity.subject, decidedAt }),
            ),
          (result) => (typeof result === 'string' ? undefined : {}),
        );
        if (undone === 'expired')
          throw new AppError('UNDO_EXPIRED', 'A decision can be undone for a few seconds only.');
        const request = await storeOf(tenant).find(id);
        if (request === undefined) throw notFound(id);
        const view = await viewOf(request);
        if (undone === 'changed') {
          throw new AppError('REQUEST_CHANGED', 'The request has changed since this decision.', {
            details: { status: view.status, decidedBy: view.decidedBy, decidedAt: view.decidedAt },
          });
        }
        changed(request);
        if (undone.ending !== null) await deps.removeNow(undone.ending);
        return view;
      }),
  };
}
