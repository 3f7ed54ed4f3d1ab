import { retryIntervalAfter } from '../../api/query-client.ts';
import { trpc, type Outputs } from '../../api/trpc.ts';
import type { LoadingQuery } from '../../api/use-problem.ts';

/** The polling interval in milliseconds while steps are open, because commands and other consoles send no event. */
const interval = 5_000;

export function useSetupStatus(): LoadingQuery<SetupStatus> {
  return trpc.setup.status.useQuery(undefined, {
    // A completed set-up stays completed.
    staleTime: ({ state: { data } }) => (data?.state === 'hidden' ? 300_000 : 0),
    refetchInterval: ({ state: { data, error } }) =>
      data?.state === 'open' || data?.state === 'no-administrator' ? interval : retryIntervalAfter(error),
  });
}

/** The checklist as this user sees it. */
type SetupStatus = Outputs['setup']['status'];

/** The checklist as operators see it. */
export type Checklist = Extract<SetupStatus, { readonly checks: unknown }>;
