import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { AppError } from '../../platform/app-error.ts';
import { sharedResources, type ReadableTitles } from '../../directory/shared-resources.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import type { RequestChange } from './request-change.ts';
import type { Audit } from '../audit/record.ts';
import { createRequestStore, type RequestStore, type RequestWithGrant } from './request-store.ts';
import { deniedOn, peopleIn, requestView, type RequestView } from './request-views.ts';
import { instanceIn } from './target.ts';
import {
  createTargetQuestions,
  obstacleMessages,
  type Obstacle,
  type TargetQuestions,
  type TargetQuestionsDeps,
} from './target-questions.ts';

export interface RequestContextDeps extends TargetQuestionsDeps {
  readonly readableTitles: ReadableTitles;
  readonly readableCollections: ReadableTitles;
  readonly db: NodePgDatabase;
  readonly now: () => Date;
  readonly changes: Pick<Topic<RequestChange>, 'publish' | 'subscribe'>;
  readonly audit: Pick<Audit, 'changing'>;
}

/** Shared by the requester and approver procedures. */
export interface RequestContext extends TargetQuestions {
  readonly storeOf: (tenant: string) => RequestStore;
  /** Notifies everyone the request concerns. */
  readonly changed: (
    request: Pick<RequestWithGrant, 'tenant' | 'requester' | 'resource' | 'instance'>,
  ) => void;
  /** Reads the names in these requests, and returns what shows each one to clients. */
  readonly viewing: (
    requests: readonly RequestWithGrant[],
  ) => Promise<(request: RequestWithGrant) => RequestView>;
  readonly viewOf: (request: RequestWithGrant) => Promise<RequestView>;
  /** The reports and collections that requests are about: those that exist, and the titles that the reader may read. */
  readonly instancesIn: (
    reader: SignedIn,
    requests: readonly RequestWithGrant[],
  ) => Promise<{ readonly existing: ReadonlySet<string>; readonly titles: ReadonlyMap<string, string> }>;
  /**
   * The `REQUEST_DECIDED` error for a late decision. `details`: `status`, `decidedBy` (a user or `null`) and
   * `decidedAt`.
   */
  readonly alreadyDecided: (request: RequestWithGrant) => Promise<AppError>;
}

export function openRequestContext(deps: RequestContextDeps): RequestContext {
  const { db, now, findPeople, titlesOf } = deps;
  const storeOf = (tenant: string): RequestStore => createRequestStore({ db, now }, tenant);
  const viewing: RequestContext['viewing'] = async (requests) => {
    const people = await findPeople(requests.flatMap(peopleIn));
    return (request) => requestView(request, { people, rules: deps.rules });
  };
  const viewOf: RequestContext['viewOf'] = async (request) => (await viewing([request]))(request);
  return {
    ...createTargetQuestions(deps, storeOf),
    storeOf,
    changed: ({ tenant, requester, resource, instance }) =>
      deps.changes.publish({ tenant, subject: requester, resource, instance }),
    viewing,
    viewOf,
    async instancesIn(reader, requests) {
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
    async alreadyDecided(request) {
      const { status, decidedBy, decidedAt } = await viewOf(request);
      return new AppError('REQUEST_DECIDED', `The request is ${status}.`, {
        details: { status, decidedBy, decidedAt },
      });
    },
  };
}

/** The instances of a request, with the titles that the approver can read. */
export function namedBy(
  { existing, titles }: Awaited<ReturnType<RequestContext['instancesIn']>>,
  request: RequestWithGrant,
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
