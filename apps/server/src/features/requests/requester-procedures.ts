import { randomUUID } from 'node:crypto';
import { AppError } from '../../platform/app-error.ts';
import { durations } from '../../directory/duration.ts';
import { permitted, permittedInPerson } from '../../platform/trpc/trpc.ts';
import { ruleOf } from './decide-rights.ts';
import type { Notices } from '../../directory/notice.ts';
import { originOf } from '../audit/record.ts';
import type { Grants } from './open-grants.ts';
import {
  notFound,
  refused,
  requestRecord,
  type RequestContext,
  type RequestContextDeps,
} from './request-context.ts';
import {
  CreateInput,
  cursorAfter,
  isLonger,
  pageOf,
  PageInput,
  RequestRef,
  TargetInput,
} from './request-inputs.ts';
import { limits } from './request-store.ts';
import { columnsOf } from './target.ts';
import { addedBy } from './target-questions.ts';

export interface RequesterDeps extends RequestContextDeps {
  readonly grants: RequestContextDeps['grants'] & Pick<Grants, 'listeners'>;
  readonly notices: Pick<Notices, 'add'>;
}

export function requesterProcedures(deps: RequesterDeps, context: RequestContext) {
  const { rules } = deps;
  const { storeOf, changed, viewOf, viewing, alreadyDecided, requireExisting, approversFor } = context;
  const { obstacleTo, obstacleToEffect } = context;
  return {
    /**
     * Previews a request: `{ target, permission?, on? }`. Also works for a target that cannot be requested.
     *
     * - `adds`: the permissions that the caller would gain, in the policy's order.
     * - `obstacle`: the code with which `create` would fail; `null` if it would succeed.
     * - `heldUntil`: the end of the grant that the request would extend; `null` if there is none.
     * - `approvers`: `{ people: [{ key, name }], more }`; `more`: whether there may be others. `null` if unavailable.
     * - `durations`: in seconds. `choices`: the durations to offer; `min` and `max`: the limits for an end date;
     *   `forGood`: whether a request without an end is allowed.
     * - `approvalsNeeded`: the number of users who must approve.
     *
     * @throws `REPORT_NOT_FOUND`, `COLLECTION_NOT_FOUND`
     */
    preview: permitted('requests:create')
      .input(TargetInput)
      .query(async ({ ctx, input: { target, permission = null, on: permissionOn = null } }) => {
        const { identity, permissions } = ctx;
        await requireExisting(target, identity.tenant);
        const { maxDuration, approvals } = ruleOf(rules, columnsOf(target));
        const max = Math.min(maxDuration ?? durations.max, durations.max);
        const [adds, obstacle, approvers, grant] = await Promise.all([
          addedBy(target, permissions),
          obstacleTo(target, identity).then(
            (found) => found ?? obstacleToEffect({ target, permission, permissionOn }, identity, ctx),
          ),
          approversFor(target, identity),
          storeOf(identity.tenant).liveGrant(identity.subject, columnsOf(target)),
        ]);
        return {
          target,
          adds,
          obstacle: obstacle ?? null,
          heldUntil: grant?.expiresAt?.toISOString() ?? null,
          approvers,
          durations: {
            choices: [durations.day, durations.week].filter((choice) => choice <= max),
            min: durations.min,
            max,
            forGood: maxDuration === null,
          },
          approvalsNeeded: approvals,
        };
      }),

    /**
     * Requests a role: `{ target, reason, duration, permission?, on? }`. `permission`: the permission that the caller
     * was denied; `on`: the id of the report or collection on which they were denied it. Returns the request as in
     * `mine`.
     * @throws `DURATION_EXCEEDED`, `REQUEST_OPEN`, `REQUEST_LIMIT`, `ALREADY_HELD`, `ROLE_MANAGED_IN_LOGTO`,
     *   `REPORT_NOT_FOUND`, `COLLECTION_NOT_FOUND`; `NOT_CLEARED` or `REQUEST_WITHOUT_EFFECT` if the role would not
     *   allow what was denied
     */
    create: permittedInPerson('requests:create')
      .meta({
        tool: {
          name: 'request_access',
          title: 'Ask for access',
          description:
            'Asks for a role for the person, for a time or without an end. An approver decides in the console. Say why in the words of the person, who should agree first.',
          destructive: false,
        },
      })
      .input(CreateInput)
      .mutation(async ({ ctx, input: { target, reason, duration, permission = null, on = null } }) => {
        const { identity } = ctx;
        const { subject, tenant } = identity;
        const store = storeOf(tenant);
        const { maxDuration } = ruleOf(rules, columnsOf(target));
        if (isLonger(duration, maxDuration))
          throw new AppError('DURATION_EXCEEDED', 'This role can be requested for a shorter time only.');
        await requireExisting(target, tenant);
        const wanted = { permission, permissionOn: on };
        const obstacle =
          (await obstacleTo(target, identity)) ??
          (await obstacleToEffect({ ...wanted, target }, identity, ctx));
        if (obstacle !== undefined) throw refused(obstacle);
        const row = { ...columnsOf(target), ...wanted, requester: subject, reason, duration };
        const request = { id: randomUUID(), ...row };
        const created = await deps.audit.changing(
          {
            ...originOf(ctx),
            ...requestRecord('request.create', request, { after: { status: 'open', duration } }),
          },
          async () => {
            const inserted = await store.insert(request, deps.notices);
            if (inserted === 'open') throw refused('REQUEST_OPEN');
            if (inserted === 'limit')
              throw new AppError(
                'REQUEST_LIMIT',
                `A user can have ${limits.open} open requests, and make ${limits.perHour} in an hour.`,
              );
            return inserted;
          },
        );
        changed(created);
        return viewOf({ ...created, grant: null, approvals: [] });
      }),

    /** Withdraws the caller's open request. @throws `REQUEST_NOT_FOUND`, `REQUEST_DECIDED` */
    withdraw: permitted('requests:create')
      .meta({
        tool: {
          name: 'withdraw_access_request',
          title: 'Withdraw an access request',
          description: 'Withdraws an open access request of the person.',
        },
      })
      .input(RequestRef)
      .mutation(async ({ ctx, input: { id } }) => {
        const { subject, tenant } = ctx.identity;
        const store = storeOf(tenant);
        const [before, after] = [{ status: 'open' }, { status: 'withdrawn' }];
        const request = await deps.audit.changing(
          { ...originOf(ctx), action: 'request.withdraw', subject, before, after: { request: id, ...after } },
          async () => {
            const isWithdrawn = await store.withdraw(id, subject);
            const found = await store.find(id);
            if (found?.requester !== subject) throw notFound(id);
            if (!isWithdrawn) throw await alreadyDecided(found);
            return found;
          },
          (found) => requestRecord('request.withdraw', found, { before, after }),
        );
        changed(request);
        return { id };
      }),

    /** Lists the caller's requests with their grants, newest first. Returns `{ items, nextCursor }`. */
    mine: permitted('requests:create')
      .meta({
        tool: {
          name: 'your_access_requests',
          title: 'Your access requests',
          description: 'The access requests of the person, with their status and the answers of approvers.',
        },
      })
      .input(PageInput)
      .query(async ({ ctx: { identity }, input }) => {
        const { tenant, subject: requester } = identity;
        const page = await storeOf(tenant).list({ ...pageOf(input), requester });
        return {
          items: page.map(await viewing(page)),
          nextCursor: cursorAfter(page, input),
        };
      }),

    /**
     * Emits immediately, and whenever a request or grant changes that the caller owns, may view or may decide: a signal
     * to fetch the requests again. Ends when the token expires.
     */
    changes: permitted('requests:create').subscription(
      ({ ctx: { identity, permissions, subscriptions }, signal }) =>
        subscriptions.changes({
          identity,
          signal,
          subscribe: (onChange) => deps.grants.listeners.listen(identity, onChange),
          recheck: () => permissions.require('requests:create'),
        }),
    ),
  };
}
