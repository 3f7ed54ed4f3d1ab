import type { PolicyPermissions } from '@latchkey/permissions';
import { any } from '@latchkey/permissions/trpc';
import type { policy } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { AppError } from '../../app-error.ts';
import type { ExplainAccess } from '../../auth/access-explanation.ts';
import type { Topic } from '../../bus/topic.ts';
import type { SignedIn } from '../../trpc/context.ts';
import type { Subscriptions } from '../../trpc/subscriptions.ts';
import { permitted, router } from '../../trpc/trpc.ts';
import {
  CreateInput,
  cursorAfter,
  Duration,
  durations,
  isLonger,
  ListInput,
  pageOf,
  PageInput,
  RequestRef,
  TargetInput,
  Text,
} from './request-inputs.ts';
import { mayDecide, requireDecider } from './decide-rights.ts';
import type { HeldRole } from './held-roles.ts';
import type { FindPeople } from '../../auth/people.ts';
import type { NoticeChannel } from './notice.ts';
import { concerning, type RequestChange } from './request-change.ts';
import { createRequestStore, type RequestStore, type RequestWithGrant } from './request-store.ts';
import { peopleIn, requestView } from './request-views.ts';
import { columnsOf, objectOf, targetOf } from './target.ts';
import {
  addedBy,
  createTargetQuestions,
  explainOrNull,
  obstacleMessages,
  type Caller,
  type Obstacle,
  type TargetQuestionsDeps,
} from './target-questions.ts';

/** Open requests of one person in one tenant. */
const mostOpen = 20;

export interface RequestsRouterDeps extends TargetQuestionsDeps {
  readonly db: NodePgDatabase;
  readonly now: () => Date;
  /** The permissions of somebody, in a tenant. */
  readonly permissionsFor: (who: Caller) => PolicyPermissions<typeof policy>;
  readonly changes: Pick<Topic<RequestChange>, 'publish' | 'subscribe'>;
  readonly subscriptions: Subscriptions;
  readonly explainAccess: ExplainAccess;
  /** How deciders are told of a new request outside the console. */
  readonly channels: readonly NoticeChannel[];
}

/** Access requests: asked for, decided, withdrawn. */
export function createRequestsRouter(deps: RequestsRouterDeps) {
  const { db, now, readHeldRoles, findPeople, permissionsFor, reportTitles, subscriptions } = deps;
  const storeOf = (tenant: string): RequestStore => createRequestStore({ db, now }, tenant);
  const { requireExisting, obstacleTo, obstacleToGrant, decidersOf } = createTargetQuestions(deps, storeOf);
  const changed = (request: Pick<RequestWithGrant, 'tenant' | 'requester' | 'instance'>): void =>
    deps.changes.publish({ tenant: request.tenant, subject: request.requester, report: request.instance });

  const peopleOf = (requests: readonly RequestWithGrant[]) => findPeople(requests.flatMap(peopleIn));
  const titlesOf = (tenant: string, requests: readonly RequestWithGrant[]) =>
    reportTitles(
      tenant,
      requests.flatMap(({ instance }) => instance ?? []),
    );

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

  /** For who may decide the request: the loader asks for the permission that this request needs, the gate for any of both. */
  const decided = permitted(any('requests:decide', 'reports:share'), RequestRef, {
    load: loadDecidable,
    on: ({ instance }) => (instance === null ? {} : instance),
  });
  const afterDecision = async (before: RequestWithGrant, isDecided: boolean) => {
    const request = await storeOf(before.tenant).find(before.id);
    if (request === undefined) throw notFound(before.id);
    if (!isDecided) throw await alreadyDecided(request, findPeople);
    changed(request);
    return requestView(request, await peopleOf([request]));
  };

  return router({
    /**
     * What a target would add, before it is asked for. Answers also when it cannot be asked for: `obstacle` is the code that
     * `create` would answer with, or `null`. @throws `REPORT_NOT_FOUND`
     *
     * - `adds`: the permissions that the caller does not have yet, in the policy's order.
     * - `heldUntil`: the end of the grant that the request would extend; `null` when it extends none.
     * - `deciders`: `{ people: [{ key, name }], more }`, `more` when there may be others; `null` when nobody can tell right now.
     * - `durations`: seconds: `choices` to offer, `min` and `max` for a date; `forGood`: whether it may have no end.
     */
    preview: permitted('requests:create')
      .input(TargetInput)
      .query(async ({ ctx: { identity, permissions }, input: { target } }) => {
        await requireExisting(target, identity.tenant);
        const [adds, obstacle, deciders, grant] = await Promise.all([
          addedBy(target, permissions),
          obstacleTo(target, identity),
          decidersOf(target, identity),
          storeOf(identity.tenant).liveGrant(identity.subject, columnsOf(target)),
        ]);
        return {
          target,
          adds,
          obstacle: obstacle ?? null,
          heldUntil: grant?.expiresAt?.toISOString() ?? null,
          deciders,
          durations: {
            choices: [durations.day, durations.week],
            min: durations.min,
            max: durations.max,
            forGood: true,
          },
        };
      }),

    /**
     * Asks for a role. Input: `{ target, reason, duration, permission? }`; returns the request as `mine` has it.
     * @throws `REQUEST_OPEN`, `REQUEST_LIMIT`, `ALREADY_HELD`, `ROLE_MANAGED_IN_LOGTO`, `REPORT_NOT_FOUND`
     */
    create: permitted('requests:create')
      .input(CreateInput)
      .mutation(async ({ ctx: { identity }, input: { target, reason, duration, permission = null } }) => {
        const { subject, tenant } = identity;
        const store = storeOf(tenant);
        await requireExisting(target, tenant);
        const obstacle = await obstacleTo(target, identity);
        if (obstacle !== undefined) throw refused(obstacle);
        if ((await store.countOpen(subject)) >= mostOpen)
          throw new AppError('REQUEST_LIMIT', `One person may have ${mostOpen} open requests.`);
        const request = { ...columnsOf(target), requester: subject, reason, duration, permission };
        const created = await store.insert(request, deps.channels);
        if (created === undefined) throw refused('REQUEST_OPEN');
        changed(created);
        return requestView({ ...created, grant: null }, await findPeople([subject]));
      }),

    /** Withdraws an own open request. @throws `REQUEST_NOT_FOUND`, `REQUEST_DECIDED` */
    withdraw: permitted('requests:create')
      .input(RequestRef)
      .mutation(async ({ ctx: { identity }, input: { id } }) => {
        const store = storeOf(identity.tenant);
        const isWithdrawn = await store.withdraw(id, identity.subject);
        const request = await store.find(id);
        if (request?.requester !== identity.subject) throw notFound(id);
        if (!isWithdrawn) throw await alreadyDecided(request, findPeople);
        changed(request);
        return { id };
      }),

    /** The caller's own requests with their grants, newest first. Returns `{ items, nextCursor }`. */
    mine: permitted('requests:create')
      .input(PageInput)
      .query(async ({ ctx: { identity }, input }) => {
        const page = await storeOf(identity.tenant).ofRequester(identity.subject, pageOf(input));
        const people = await peopleOf(page);
        return {
          items: page.map((request) => requestView(request, people)),
          nextCursor: cursorAfter(page, input),
        };
      }),

    /**
     * The tenant's requests, newest first, for who may view all (`requests:view`); for others, those about reports that they
     * may share. With `requester` only those of one person. Each has `canDecide`, `isOwn` (nobody decides their own), and
     * `title` of the report (`null` for a role in the tenant, and when the report is gone). Returns `{ items, nextCursor }`.
     */
    list: permitted(any('requests:view', 'requests:create'))
      .input(ListInput)
      .query(async ({ ctx: { identity, permissions }, input }) => {
        const { subject, tenant } = identity;
        const viewsAll = (await permissions.check('requests:view')).outcome === 'allow';
        const reports = viewsAll ? 'all' : await permissions.list('reports:share');
        const page = await storeOf(tenant).list({ ...pageOf(input), reports, requester: input.requester });
        const [people, canDecide, titles] = await Promise.all([
          peopleOf(page),
          mayDecide(permissions, page),
          titlesOf(tenant, page),
        ]);
        return {
          items: page.map((request, index) => ({
            ...requestView(request, people),
            isOwn: request.requester === subject,
            canDecide: canDecide[index] === true && request.requester !== subject,
            title: titles.get(request.instance ?? '') ?? null,
          })),
          nextCursor: cursorAfter(page, input),
        };
      }),

    /**
     * One request, for who may decide it: the request, and besides
     *
     * - `title` of the report; `null` for a role in the tenant, and when the report is gone.
     * - `adds`: the permissions that the requester would get, in the policy's order.
     * - `holds`: the roles that the requester has in the tenant and on the report, `[{ role, instance? }]`.
     * - `explanation`: why the requester lacks the permission that they were denied, or the first one that it would add; `null`
     *   when it would add none, or when nobody can tell right now.
     * - `isOwn`: the caller has asked; somebody else decides.
     *
     * @throws `REQUEST_NOT_FOUND`
     */
    get: decided.query(async ({ ctx }) => {
      const { loaded: request, identity } = ctx;
      const { tenant, requester } = request;
      const target = targetOf(request);
      const [people, titles, held] = await Promise.all([
        peopleOf([request]),
        titlesOf(tenant, [request]),
        readHeldRoles(requester, tenant),
      ]);
      const theirs = permissionsFor({ subject: requester, tenant });
      const adds = target === undefined ? [] : await addedBy(target, theirs);
      const asked = adds.find((permission) => permission === request.permission) ?? adds[0];
      return {
        ...requestView(request, people),
        title: titles.get(request.instance ?? '') ?? null,
        adds,
        holds: held.filter(isNearTo(request)),
        explanation:
          asked === undefined
            ? null
            : await explainOrNull(() =>
                deps.explainAccess(ctx, {
                  subject: requester,
                  permission: asked,
                  report: request.instance ?? undefined,
                }),
              ),
        isOwn: requester === identity.subject,
      };
    }),

    /**
     * Grants what was asked for, or less: `{ id, duration? }`, seconds, `null` for good. Returns the request, whose grant is
     * `pending`: the role arrives in a moment, `changes` tells when. A request for a role that a grant with an end gives already
     * extends that grant.
     * @throws `REQUEST_DECIDED`, `OWN_REQUEST`, `DURATION_EXCEEDED`, `ALREADY_HELD`, `REPORT_NOT_FOUND`, `REQUEST_NOT_FOUND`,
     * `ROLE_MANAGED_IN_LOGTO`
     */
    approve: decided
      .input(z.object({ duration: Duration.optional() }))
      .mutation(async ({ ctx: { loaded: request, identity }, input: { duration = request.duration } }) => {
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
        const outcome = await storeOf(tenant).approve(id, { by: identity.subject, duration });
        if (outcome === 'held') throw refused('ALREADY_HELD');
        return afterDecision(request, outcome === 'approved');
      }),

    /** Refuses a request: `{ id, note? }`, the note is for the requester. Returns it. @throws `REQUEST_DECIDED`, `OWN_REQUEST`, `REQUEST_NOT_FOUND` */
    refuse: decided
      .input(z.object({ note: Text.optional() }))
      .mutation(async ({ ctx: { loaded: request, identity }, input: { note = null } }) => {
        requireOther(request, identity);
        const isRefused = await storeOf(request.tenant).refuse(request.id, { by: identity.subject, note });
        return afterDecision(request, isRefused);
      }),

    /**
     * Tells, at once and whenever a request or a grant changed that concerns the caller (an own one, or one that they may view or
     * decide), that it is time to read again. Ends with the token.
     */
    changes: permitted('requests:create').subscription(async function* ({
      ctx: { identity, permissions },
      signal,
    }) {
      const changed = subscriptions.open({
        identity,
        signal,
        // What changed before, while the connection was away for instance, is read too.
        startNow: true,
        subscribe: (onChange) => deps.changes.subscribe(concerning({ identity, permissions }, onChange)),
        recheck: () => permissions.require('requests:create'),
      });
      for await (const _ of changed) yield { changed: true } as const;
    }),
  });
}

/** Roles in the tenant, and on the instance of the request. */
function isNearTo(request: RequestWithGrant): (held: HeldRole) => boolean {
  return ({ instance }) => instance === undefined || instance === objectOf(request);
}

function requireOther({ requester }: RequestWithGrant, { subject }: Caller): void {
  if (requester === subject) throw new AppError('OWN_REQUEST', 'Somebody else decides your request.');
}

function notFound(id: string): AppError {
  return new AppError('REQUEST_NOT_FOUND', `There is no request ${id} here.`);
}

function refused(obstacle: Obstacle): AppError {
  return new AppError(obstacle, obstacleMessages[obstacle]);
}

/** `details`: `status`, `decidedBy` (a person, or `null`) and `decidedAt`. */
async function alreadyDecided(request: RequestWithGrant, findPeople: FindPeople): Promise<AppError> {
  const { status, decidedBy, decidedAt } = requestView(request, await findPeople(peopleIn(request)));
  return new AppError('REQUEST_DECIDED', `The request is ${status}.`, {
    details: { status, decidedBy, decidedAt },
  });
}
