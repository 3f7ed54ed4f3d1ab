import type { ComponentProps } from 'react';
import { retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem, type LoadProblem } from '../../api/use-problem.ts';
import type { ShowMore } from '../../components/show-more.tsx';
import type { OwnRequest } from './own-request.ts';

/** Milliseconds. A hint that a request was decided may be lost; while one is open it is looked for. */
const openInterval = 10_000;

export interface OwnRequests {
  /** Newest first; `undefined` until they are loaded. */
  readonly requests: readonly OwnRequest[] | undefined;
  readonly problem: LoadProblem | null;
  readonly pages: ComponentProps<typeof ShowMore>['query'];
  readonly refetch: () => void;
}

/** The person's own requests. */
export function useOwnRequests(): OwnRequests {
  const query = trpc.requests.mine.useInfiniteQuery(
    { limit: 20 },
    {
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
      refetchInterval: ({ state: { data, error } }) => {
        if (error !== null) return retryIntervalAfter(error);
        const isOpen = data?.pages.some(({ items }) => items.some(({ status }) => status === 'open'));
        return isOpen === true ? openInterval : false;
      },
    },
  );
  const problem = useProblem(query);
  const requests = query.data?.pages.flatMap(({ items }) => items);
  return { requests, problem, pages: query, refetch: () => void query.refetch() };
}
