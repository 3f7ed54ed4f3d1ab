import type { AccessTarget } from '../../shared/request-sheet.ts';
import { isReportRole, isRole, isSharedResource } from '../../policy.ts';
import type { ComponentProps } from 'react';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useChanges } from '../../api/use-changes.ts';
import { useProblem, type LoadProblem } from '../../api/use-problem.ts';
import type { ShowMore } from '../../ui/show-more.tsx';

/** A request of the signed-in user, as the server returns it. */
export type OwnRequest = Outputs['requests']['mine']['items'][number];

/** The status of a request as one label: that of its grant once it is approved. */
export type RequestState =
  'open' | 'refused' | 'withdrawn' | 'arriving' | 'active' | 'endsSoon' | 'forGood' | 'ended' | 'failed';

export function stateOf({ status, grant }: OwnRequest): RequestState {
  if (status !== 'approved') return status;
  if (grant === null || grant.status === 'pending') return 'arriving';
  if (grant.status === 'ending') return 'ended';
  if (grant.status !== 'active') return grant.status;
  if (grant.expiresAt === null) return 'forGood';
  return grant.endsSoon ? 'endsSoon' : 'active';
}

/** Whether it makes sense to request the same role again. */
export function canAskAgain(state: RequestState): boolean {
  return ['refused', 'withdrawn', 'endsSoon', 'ended', 'failed'].includes(state);
}

/** The target for another request; `undefined` for a role that this version does not know. */
export function targetOf({ target }: OwnRequest): AccessTarget | undefined {
  if (target.kind === 'role') return isRole(target.role) ? { kind: 'role', role: target.role } : undefined;
  const { resource, id, role } = target;
  return isSharedResource(resource) && isReportRole(role)
    ? { kind: 'instance', resource, id, role }
    : undefined;
}

interface OwnRequests {
  /** Newest first; `undefined` while loading. */
  readonly requests: readonly OwnRequest[] | undefined;
  readonly problem: LoadProblem | null;
  readonly pages: ComponentProps<typeof ShowMore>['query'];
  readonly refetch: () => void;
}

/** The user's own requests, live. */
export function useOwnRequests(): OwnRequests {
  useChanges('requests');
  const query = trpc.requests.mine.useInfiniteQuery(
    { limit: 20 },
    {
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    },
  );
  const problem = useProblem(query);
  const requests = query.data?.pages.flatMap(({ items }) => items);
  return { requests, problem, pages: query, refetch: () => void query.refetch() };
}
