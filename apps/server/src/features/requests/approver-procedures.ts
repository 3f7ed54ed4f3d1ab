import { Duration } from '../../directory/duration.ts';
import { any } from '@latchkey/permissions/trpc';
import { z } from 'zod';
import { AppError } from '../../platform/app-error.ts';
import type { Notices } from '../../directory/notice.ts';
import type { FindPerson } from '../../directory/find-person.ts';
import type { Owners } from '../../directory/owners.ts';
import { permitted, permittedInPerson } from '../../platform/trpc/trpc.ts';
import { originOf } from '../audit/record.ts';
import {
  lapsedApprovers,
  otherDecidingPermissions,
  requireDecider,
  requireOther,
  ruleOf,
  type DeciderDeps,
} from './decide-rights.ts';
import {
  notFound,
  refused,
  requestRecord,
  type RequestContext,
  type RequestContextDeps,
} from './request-context.ts';
import { isLonger, RequestRef, Text } from './request-inputs.ts';
import type { RequestWithGrant } from './request-store.ts';
import { objectOf, targetOf } from './target.ts';
import { undoDecision } from './undo-decision.ts';

export interface ApproverDeps extends RequestContextDeps, DeciderDeps {
  readonly notices: Pick<Notices, 'reopen'>;
  readonly findPerson: FindPerson;
  /** Removes the role of an ending grant. Never rejects: failures are retried later. */
  readonly removeNow: (grant: string) => Promise<void>;
  readonly administrators: {
    /**
     * Runs `remove`, which removes or shortens the user's tenant roles, unless that would leave no administrator.
     * @throws {AppError} `LAST_ADMINISTRATOR`
     */
    removeUnlessLast<Result>(
      removing: Record<'tenant' | 'subject' | 'by', string> & { readonly roles: readonly string[] },
      remove: () => Promise<Result>,
    ): Promise<Result>;
  };
  readonly owners: Pick<Owners, 'removeUnlessLast'>;
}

const open = { status: 'open' };

/** The gate requires any permission to decide requests; the loader requires one that applies to this request. */
export function decidedBy(
  gate: typeof permitted,
  { rules }: Pick<ApproverDeps, 'rules'>,
  { storeOf }: Pick<RequestContext, 'storeOf'>,
) {
  return gate(
    any('requests:decide', 'reports:share', 'collections:share', ...otherDecidingPermissions(rules)),
    RequestRef,
    {
      async load({ input, ctx: { identity, permissions } }) {
        const request = await storeOf(identity.tenant).find(input.id);
        if (request === undefined) throw notFound(input.id);
        await requireDecider(permissions, rules, request);
        return request;
      },
      on: ({ instance }) => (instance === null ? {} : instance),
    },
  );
}

/** The procedures that approve and refuse requests, and undo that. */
export function approverProcedures(deps: ApproverDeps, context: RequestContext) {
  const { db, now, audit, rules } = deps;
  const { storeOf, changed, viewOf, alreadyDecided, requireExisting } = context;
  const { obstacleToGrant, obstacleToEffect } = context;
  const decided = decidedBy(permitted, deps, context);
  const decidedInPerson = decidedBy(permittedInPerson, deps, context);
  const afterDecision = async (before: RequestWithGrant, isDecided: boolean) => {
    const request = await storeOf(before.tenant).find(before.id);
    if (request === undefined) throw notFound(before.id);
    if (!isDecided) throw await alreadyDecided(request);
    changed(request);
    return viewOf(request);
  };

  return {
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
        const { approvals: needed, maxDuration } = ruleOf(rules, request);
        if (isLonger(duration, request.duration) || isLonger(duration, maxDuration))
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
     * @throws `UNDO_EXPIRED`, `REQUEST_CHANGED`, `REQUEST_NOT_FOUND`, `LAST_ADMINISTRATOR`, `LAST_OWNER`
     */
    undo: decidedInPerson
      .input(z.object({ decidedAt: z.iso.datetime() }))
      .mutation(async ({ ctx, input }) => {
        const { loaded } = ctx;
        const by = ctx.identity.subject;
        const { id, tenant, status, requester: subject, role, instance } = loaded;
        const decidedAt = new Date(input.decidedAt);
        const isLosing = status === 'approved' && instance === null;
        const undo = () =>
          undoDecision({ db, now, notices: deps.notices }, { id, tenant, status, by, decidedAt });
        const on = objectOf(loaded);
        const undone = await audit.changing(
          {
            ...originOf(ctx),
            ...requestRecord('request.undo', loaded, { before: { status }, after: open }),
          },
          () =>
            deps.administrators.removeUnlessLast(
              { tenant, subject, roles: isLosing ? [role] : [], by },
              () =>
                status === 'approved' && role === 'owner' && on !== undefined
                  ? deps.owners.removeUnlessLast({ tenant, subject, instances: [on], by }, undo)
                  : undo(),
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
