import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>['requests'];

/** A request in the list of deciders. */
export type ListedRequest = Outputs['list']['items'][number];

/** A request with what a decider needs to know. */
export type RequestDetails = Outputs['get'];

/** Whether it is about a report that was deleted. */
export function isGone({ target, title }: Pick<ListedRequest, 'target' | 'title'>): boolean {
  return target.kind === 'instance' && title === null;
}

/** What both have, and what a decision answers. */
export type DecidedRequest = Outputs['approve'];
