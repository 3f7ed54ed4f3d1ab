import {
  ExplanationUnavailableError,
  permissionsOf,
  type CheckedExplanation,
  type PolicyPermissions,
} from '@latchkey/permissions';
import { PermitApiError } from '@latchkey/permissions/permit';
import { any } from '@latchkey/permissions/trpc';
import { policy, type AppPermission } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { AppError } from '../../app-error.ts';
import type { SignedIn } from '../../trpc/context.ts';
import { permitted, router } from '../../trpc/trpc.ts';
import { mayDecide, requireDecider } from './decide-rights.ts';
import type { HeldRole } from './held-roles.ts';
import type { FindPeople } from './people.ts';
import { createRequestStore, type RequestStore, type RequestWithGrant } from './request-store.ts';
import { peopleIn, requestView } from './request-views.ts';
import { columnsOf, objectOf, Target, targetOf } from './target.ts';
import {
  addedBy,
  createTargetQuestions,
  obstacleMessages,
  type Caller,
  type Obstacle,
  type TargetQuestionsDeps,
} from './target-questions.ts';

/** Seconds. */
const durations = { min: 60, day: 86_400, week: 604_800, max: 366 * 86_400 };
/** Open requests of one person in one tenant. */
const mostOpen = 20;

const Duration = z.number().int().min(durations.min).max(durations.max).nullable();
const Text = z
  .string()
  .trim()
  .min(1)
  .max(1_000)
  .refine((text) => !text.includes('\0'), 'must not contain NUL');

const TargetInput = z.object({ target: Target });
const CreateInput = TargetInput.extend({
  reason: Text,
  /** Seconds; `null`: for good. */
  duration: Duration,
  /** The permission that the caller was denied, when they come from a denial: deciders see why. */
  permission: z.enum(permissionsOf(policy)).optional(),
});
const RequestRef = z.object({ id: z.uuid() });
const PageInput = z.object({
  status: z.enum(['open', 'approved', 'refused', 'withdrawn']).optional(),
  cursor: z.object({ createdAt: z.iso.datetime(), id: z.uuid() }).optional(),
  limit: z.number().int().min(1).max(100).default(50),
});

export interface RequestsRouterDeps extends TargetQuestionsDeps {
  readonly db: NodePgDatabase;
  readonly now: () => Date;
  /** The permissions of somebody, in a tenant. */
  readonly permissionsFor: (who: Caller) => PolicyPermissions<typeof policy>;
  /** Told of each change of a request. */
  readonly onChange: (changed: RequestChange) => void;
}

/** Whom a change of a request or grant concerns. */
export interface RequestChange {
  readonly tenant: string;
  /** The requester, or the holder of the grant. */
  readonly subject: string;
  /** The id of the report that it is about. */
  readonly report: string | null;
}

/** Access requests: asked for, decided, withdrawn. */
export function createRequestsRouter(deps: RequestsRouterDeps) {
  const { db, now, readHeldRoles, findPeople, permissionsFor, reportTitles, onChange } = deps;
  const storeOf = (tenant: string): RequestStore => createRequestStore({ db, now }, tenant);
  const { requireExisting, obstacleTo, decidersOf } = createTargetQuestions(deps, storeOf);
  const changed = (request: RequestWithGrant | RequestTarget): void =>
    onChange({ tenant: request.tenant, subject: request.requester, report: request.instance });

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
        const created = await store.insert({
          ...columnsOf(target),
          requester: subject,
          reason,
          duration,
          permission,
        });
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
        if (!isWithdrawn) throw await decided(request, findPeople);
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
     * may share. Each has `canDecide`, `isOwn` (nobody decides their own), and `title` of the report (`null` for a role in the
     * tenant, and when the report is gone). Returns `{ items, nextCursor }`.
     */
    list: permitted(any('requests:view', 'requests:create'))
      .input(PageInput)
      .query(async ({ ctx: { identity, permissions }, input }) => {
        const { subject, tenant } = identity;
        const viewsAll = (await permissions.check('requests:view')).outcome === 'allow';
        const reports = viewsAll ? 'all' : await permissions.list('reports:share');
        const page = await storeOf(tenant).list({ ...pageOf(input), reports });
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
    get: permitted(any('requests:decide', 'reports:share'), RequestRef, {
      load: loadDecidable,
      on: ({ instance }) => (instance === null ? {} : instance),
    }).query(async ({ ctx: { loaded: request, identity } }) => {
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
        explanation: asked === undefined ? null : await explain(theirs, asked, request.instance ?? undefined),
        isOwn: requester === identity.subject,
      };
    }),
  });
}

interface RequestTarget {
  readonly tenant: string;
  readonly requester: string;
  readonly instance: string | null;
}

type PageInput = z.output<typeof PageInput>;

function pageOf({ status, cursor, limit }: PageInput) {
  return {
    status,
    limit,
    after: cursor && { createdAt: new Date(cursor.createdAt), id: cursor.id },
  };
}

function cursorAfter(page: readonly RequestWithGrant[], { limit }: PageInput) {
  const last = page.at(-1);
  return last === undefined || page.length < limit
    ? null
    : { createdAt: last.createdAt.toISOString(), id: last.id };
}

/** Roles in the tenant, and on the instance of the request. */
function isNearTo(request: RequestWithGrant): (held: HeldRole) => boolean {
  return ({ instance }) => instance === undefined || instance === objectOf(request);
}

/** `null` when the facts cannot be read: the decider sees the rest. */
async function explain(
  permissions: PolicyPermissions<typeof policy>,
  permission: AppPermission,
  instance: string | undefined,
): Promise<CheckedExplanation | null> {
  try {
    return await permissions.explain(permission, instance);
  } catch (error) {
    if (error instanceof ExplanationUnavailableError || error instanceof PermitApiError) return null;
    throw error;
  }
}

function notFound(id: string): AppError {
  return new AppError('REQUEST_NOT_FOUND', `There is no request ${id} here.`);
}

function refused(obstacle: Obstacle): AppError {
  return new AppError(obstacle, obstacleMessages[obstacle]);
}

/** `details`: `status`, `decidedBy` (a person, or `null`) and `decidedAt`. */
async function decided(request: RequestWithGrant, findPeople: FindPeople): Promise<AppError> {
  const { status, decidedBy, decidedAt } = requestView(request, await findPeople(peopleIn(request)));
  return new AppError('REQUEST_DECIDED', `The request is ${status}.`, {
    details: { status, decidedBy, decidedAt },
  });
}
