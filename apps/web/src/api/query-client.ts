import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import type { Auth } from '../auth/auth.ts';
import { leaveView } from '../auth/view-as.ts';
import { apiErrorOf, errorCodeOf, isRefusal, isRevoked } from './api-error.ts';
import { isNoAnswer } from './links.ts';

/** Milliseconds between the retries of a query whose error is temporary. */
export const retryInterval = 5_000;

/** An outage or a lost connection. Not a denial: each retry would be another denial in the audit log. */
function isTemporary(error: unknown): boolean {
  return ['undecided', 'unreachable', 'busy'].includes(apiErrorOf(error).kind);
}

/** For `refetchInterval`: milliseconds until a query with this error is retried; `false` for no retry. */
export function retryIntervalAfter(error: unknown): number | false {
  return error !== null && isTemporary(error) ? retryInterval : false;
}

export function createQueryClient({ session }: Pick<Auth, 'session'>): QueryClient {
  /** The layout tells the user. */
  const endSession = (error: unknown): void => (isRevoked(error) ? session.revoke() : session.end());
  const queryClient = new QueryClient({
    queryCache: new QueryCache({
      onError(error, query) {
        const problem = apiErrorOf(error);
        if (problem.kind === 'signed-out') endSession(error);
        if (errorCodeOf(error) === 'VIEW_AS_ENDED') leaveView();
        // After an outage, old data is better than none; after a refusal it must be removed.
        if (isRefusal(problem)) query.setState({ data: undefined });
      },
    }),
    mutationCache: new MutationCache({
      onError(error) {
        const { kind } = apiErrorOf(error);
        if (kind === 'signed-out') endSession(error);
        // The response was lost, but not necessarily the change, so refetch.
        if (kind === 'unreachable') void queryClient.invalidateQueries();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // Otherwise TanStack Query pauses while offline, and the skeleton stays. This way the query fails.
        networkMode: 'always',
        // The page's stream does both, after refetching the gates.
        refetchOnReconnect: false,
        refetchOnWindowFocus: false,
        // Retries only if the request failed, not after an answer or a timeout.
        retry: (failures, error) => {
          const problem = apiErrorOf(error);
          const mayPass =
            problem.kind === 'unreachable' || (problem.kind === 'failed' && problem.status >= 500);
          return failures < 2 && mayPass && !isNoAnswer(error);
        },
        refetchInterval: ({ state: { error } }) => retryIntervalAfter(error),
      },
      mutations: { networkMode: 'always' },
    },
  });
  return queryClient;
}
