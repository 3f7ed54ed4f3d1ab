import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';
import type { SharedResource } from '../../policy.ts';

type Outputs = inferRouterOutputs<AppRouter>['requests'];

/** A request in the approvers' list. */
export type ListedRequest = Outputs['list']['items'][number];

/** A request with the details that an approver needs. */
export type RequestDetails = Outputs['get'];

/** The instance of an instance role. */
export function aboutOf(target: ListedRequest['target']): SharedResource {
  return target.kind === 'instance' && target.resource === 'collections' ? 'collections' : 'reports';
}

/** The deleted report or collection of the request; `null` if it exists. */
export function goneOf({ target, title }: Pick<ListedRequest, 'target' | 'title'>): SharedResource | null {
  return target.kind === 'instance' && title === null ? aboutOf(target) : null;
}

/** The fields of both, which a decision also returns. */
export type DecidedRequest = Outputs['approve'];
