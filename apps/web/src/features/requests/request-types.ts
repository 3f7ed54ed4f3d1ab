import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';
import type { SharedResource } from '../../policy.ts';

type Outputs = inferRouterOutputs<AppRouter>['requests'];

/** A request in the list of deciders. */
export type ListedRequest = Outputs['list']['items'][number];

/** A request with what a decider needs to know. */
export type RequestDetails = Outputs['get'];

/** What a role on an instance is about. */
export function aboutOf(target: ListedRequest['target']): SharedResource {
  return target.kind === 'instance' && target.resource === 'collections' ? 'collections' : 'reports';
}

/** What was deleted that it is about; `null` when it is there. */
export function goneOf({ target, title }: Pick<ListedRequest, 'target' | 'title'>): SharedResource | null {
  return target.kind === 'instance' && title === null ? aboutOf(target) : null;
}

/** What both have, and what a decision answers. */
export type DecidedRequest = Outputs['approve'];
