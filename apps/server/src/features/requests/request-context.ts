import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { NamedPerson } from '../../directory/people.ts';
import { sharedResources, type Instance, type ReadableTitles } from '../../directory/shared-resources.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { Audit, ChangeAction, ChangeRecord } from '../audit/record.ts';
import { ruleOf, type ApprovalRules } from './decide-rights.ts';
import type { GrantStoreDeps } from './grant-store.ts';
import { createRequestStore, type RequestRow, type RequestWithGrant } from './request-store.ts';
import type { GrantRow } from './tables.ts';
import {
  createTargetQuestions,
  obstacleMessages,
  type Obstacle,
  type TargetQuestionsDeps,
} from './target-questions.ts';
import { instanceIn, type RequestChange, type TargetColumns } from './target.ts';

export interface RequestContextDeps extends TargetQuestionsDeps {
  readonly readableTitles: ReadableTitles;
  readonly readableCollections: ReadableTitles;
  readonly db: NodePgDatabase;
  readonly now: () => Date;
  readonly grants: { readonly changes: Pick<Topic<RequestChange>, 'publish'> };
  readonly audit: Pick<Audit, 'changing'>;
}

/** What the requester and approver procedures share. */
export type RequestContext = ReturnType<typeof openRequestContext>;

export function openRequestContext(deps: RequestContextDeps) {
  const { db, now, findPeople, titlesOf } = deps;
  const storeOf = (tenant: string) => createRequestStore({ db, now }, tenant);
  /** Reads the names of the users in these requests, and returns a function that converts a request to its view. */
  const viewing = async (requests: readonly RequestWithGrant[]) => {
    const people = await findPeople(requests.flatMap(peopleIn));
    return (request: RequestWithGrant): RequestView => requestView(request, { people, rules: deps.rules });
  };
  const viewOf = async (request: RequestWithGrant) => (await viewing([request]))(request);
  return {
    ...createTargetQuestions(deps, storeOf),
    storeOf,
    /** Notifies the open pages of the requester and the approvers. */
    changed: ({
      tenant,
      requester,
      resource,
      instance,
    }: Pick<RequestWithGrant, 'tenant' | 'requester' | 'resource' | 'instance'>): void =>
      deps.grants.changes.publish({ tenant, subject: requester, resource, instance }),
    viewing,
    viewOf,
    /** Returns the ids of the instances in these requests that exist, and the titles that the reader may read. */
    instancesIn: async (reader: SignedIn, requests: readonly AboutInstances[]) => {
      const instances = requests.flatMap((request) =>
        [instanceIn(request) ?? [], deniedOn(request) ?? []].flat(),
      );
      const idsOf = (asked: string) => [
        ...new Set(instances.flatMap(({ resource, id }) => (resource === asked ? [id] : []))),
      ];
      const { tenant } = reader.identity;
      const [existing, titles] = await Promise.all([
        Promise.all(sharedResources.map((resource) => titlesOf(tenant, resource, idsOf(resource)))),
        Promise.all([
          deps.readableTitles(reader, idsOf('reports')),
          deps.readableCollections(reader, idsOf('collections')),
        ]),
      ]);
      const ids = new Set(existing.flatMap((some) => [...some.keys()]));
      const readable = titles.flatMap((some) => [...some]).filter(([id]) => ids.has(id));
      return { existing: ids, titles: new Map(readable) };
    },
    /** The `REQUEST_DECIDED` error, with the `details` `status`, `decidedBy` (a user or `null`) and `decidedAt`. */
    alreadyDecided: async (request: RequestWithGrant): Promise<AppError> => {
      const { status, decidedBy, decidedAt } = await viewOf(request);
      return new AppError('REQUEST_DECIDED', `The request is ${status}.`, {
        details: { status, decidedBy, decidedAt },
      });
    },
  };
}

export function namedBy(
  { existing, titles }: Awaited<ReturnType<RequestContext['instancesIn']>>,
  request: AboutInstances,
) {
  const { instance } = request;
  const on = deniedOn(request);
  return {
    title: titles.get(instance ?? '') ?? null,
    isGone: instance !== null && !existing.has(instance),
    deniedOn: on && { ...on, title: titles.get(on.id) ?? null },
  };
}

export function notFound(id: string): AppError {
  return new AppError('REQUEST_NOT_FOUND', `There is no request ${id} here.`);
}

export function refused(obstacle: Obstacle): AppError {
  return new AppError(obstacle, obstacleMessages[obstacle]);
}

/** The instances that a request or a grant is about. */
type AboutInstances = Pick<TargetColumns, 'resource' | 'instance'> &
  Partial<Pick<RequestWithGrant, 'permission' | 'permissionOn'>>;

/** The view of a request's target. Its role may no longer be in the policy. */
type TargetView =
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'instance'; readonly resource: string; readonly id: string; readonly role: string };

export function targetView({ role, ...columns }: TargetColumns): TargetView {
  const on = instanceIn(columns);
  return on === null ? { kind: 'role', role } : { kind: 'instance', ...on, role };
}

function deniedOn({
  permission = null,
  permissionOn = null,
}: Partial<Pick<RequestWithGrant, 'permission' | 'permissionOn'>>): Instance | null {
  const resource = sharedResources.find((one) => permission?.startsWith(`${one}:`));
  return resource === undefined || permissionOn === null ? null : { resource, id: permissionOn };
}

/** Returns the view of a grant. Times are ISO 8601. */
function grantView({ id, status, grantedAt, expiresAt, warnedAt, endedAt, failure }: GrantRow) {
  return {
    id,
    /**
     * `pending`: approved, and the role will be assigned shortly. `ending`: the role is being removed. `failed`: the
     * role was never assigned; `failure` has the reason.
     */
    status,
    grantedAt: grantedAt.toISOString(),
    /** When the grant ends; `null` for no end. */
    expiresAt: expiresAt?.toISOString() ?? null,
    /** Whether the grant ends within 24 hours, or within the last quarter of a shorter grant. */
    endsSoon: warnedAt !== null && (status === 'active' || status === 'pending'),
    endedAt: endedAt?.toISOString() ?? null,
    failure,
  };
}

/** Returns the view of a request. Times are ISO 8601; `duration` is in seconds, `null` for no end. */
function requestView(
  request: RequestWithGrant,
  { people, rules }: { readonly people: ReadonlyMap<string, NamedPerson>; readonly rules: ApprovalRules },
) {
  const { id, reason, permission, permissionOn, duration, status, createdAt, ...rest } = request;
  const personOf = (key: string): NamedPerson => people.get(key) ?? { key, name: null };
  return {
    id,
    target: targetView(rest),
    requester: personOf(rest.requester),
    reason,
    permission,
    /** The report or the collection on which they were denied it, `{ resource, id }`. */
    on: deniedOn({ permission, permissionOn }),
    duration,
    status,
    createdAt: createdAt.toISOString(),
    decidedBy: rest.decidedBy === null ? null : personOf(rest.decidedBy),
    decidedAt: rest.decidedAt?.toISOString() ?? null,
    note: rest.note,
    approvalsNeeded: ruleOf(rules, request).approvals,
    /** The users who have approved the request, if it needs two approvals. */
    approvals: rest.approvals.map(({ by, at }) => ({ by: personOf(by), at: new Date(at).toISOString() })),
    /** `null` unless the request is approved. Requests that extended the same grant share it. */
    grant: rest.grant === null || status !== 'approved' ? null : grantView(rest.grant),
  };
}

type RequestView = ReturnType<typeof requestView>;

function peopleIn({ requester, decidedBy, approvals }: RequestWithGrant): string[] {
  return [requester, ...(decidedBy === null ? [] : [decidedBy]), ...approvals.map(({ by }) => by)];
}

function onInstance({ resource, instance }: TargetColumns): Pick<ChangeRecord, 'on'> {
  return resource === null || instance === null ? {} : { on: { resource, key: instance } };
}

/** The subject is the requester. Omits the reason and the note. */
export function requestRecord(
  action: ChangeAction,
  request: Pick<RequestRow, 'id' | 'requester' | 'role' | 'resource' | 'instance'>,
  { before, after }: Pick<ChangeRecord, 'before' | 'after'>,
): Pick<ChangeRecord, 'action' | 'subject' | 'on' | 'before' | 'after'> {
  const { id, requester: subject, role } = request;
  return { action, subject, ...onInstance(request), before, after: { request: id, role, ...after } };
}

/** Creates a function that records the end of a grant within the transaction, without an actor. */
export function createRecordEnd({ changedWith }: Pick<Audit, 'changedWith'>): GrantStoreDeps['recordEnd'] {
  return (transaction, grant) => {
    const { tenant, subject, role, expiresAt } = grant;
    return changedWith(transaction, {
      tenant,
      subject,
      action: 'grant.end',
      channel: 'request',
      actor: null,
      ...onInstance(grant),
      before: { role, endsAt: expiresAt?.toISOString() ?? null },
    });
  };
}
