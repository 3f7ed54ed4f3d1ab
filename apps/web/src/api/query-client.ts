import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import type { Auth } from '../auth/auth.ts';
import { leaveView } from '../auth/view-as.ts';
import { apiErrorOf, endSession, endSessionAfterAction, errorCodeOf, isRefusal } from './api-error.ts';
import { isNoAnswer } from './links.ts';

/** Milliseconds between the retries of a query whose error is temporary. */
export const retryInterval = 5_000;

/** A denial is not temporary: each retry would be another denial in the audit log. */
function isTemporary(error: unknown): boolean {
  return ['undecided', 'unreachable', 'busy'].includes(apiErrorOf(error).kind);
}

/** For `refetchInterval`: milliseconds until a query with this error is retried; `false` for no retry. */
export function retryIntervalAfter(error: unknown): number | false {
  return error !== null && isTemporary(error) ? retryInterval : false;
}

export function createQueryClient({ session }: Pick<Auth, 'session'>): QueryClient {
  const queryClient = new QueryClient({
    queryCache: new QueryCache({
      onError(error, query) {
        const problem = apiErrorOf(error);
        endSession(session, error);
        if (errorCodeOf(error) === 'VIEW_AS_ENDED') leaveView();
        // After an outage, old data is better than none; after a refusal it must be removed.
        if (isRefusal(problem)) query.setState({ data: undefined });
      },
    }),
    mutationCache: new MutationCache({
      onError(error) {
        const { kind } = apiErrorOf(error);
        endSessionAfterAction(session, error);
        // The server may have made the change although its response was lost, so refetch.
        if (kind === 'unreachable') void queryClient.invalidateQueries();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // By default, TanStack Query pauses queries while offline, and the skeleton stays. With `always`, they fail.
        networkMode: 'always',
        // In both cases the page's stream reopens, and the page refetches its gates and then its queries.
        refetchOnReconnect: false,
        refetchOnWindowFocus: false,
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
