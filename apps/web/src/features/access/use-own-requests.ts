import type { ComponentProps } from 'react';
import { retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { useRequestChanges } from '../../api/use-request-changes.ts';
import { useProblem, type LoadProblem } from '../../api/use-problem.ts';
import type { ShowMore } from '../../components/show-more.tsx';
import type { OwnRequest } from './own-request.ts';

export interface OwnRequests {
  /** Newest first; `undefined` while loading. */
  readonly requests: readonly OwnRequest[] | undefined;
  readonly problem: LoadProblem | null;
  readonly pages: ComponentProps<typeof ShowMore>['query'];
  readonly refetch: () => void;
}

/** The user's own requests, live. */
export function useOwnRequests(): OwnRequests {
  useRequestChanges();
  const query = trpc.requests.mine.useInfiniteQuery(
    { limit: 20 },
    {
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
      refetchInterval: ({ state: { error } }) => retryIntervalAfter(error),
    },
  );
  const problem = useProblem(query);
  const requests = query.data?.pages.flatMap(({ items }) => items);
  return { requests, problem, pages: query, refetch: () => void query.refetch() };
}
