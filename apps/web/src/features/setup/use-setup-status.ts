import { retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import type { SetupStatus } from './setup-types.ts';

/** The polling interval in milliseconds while steps are open, because commands and other consoles send no event. */
const interval = 5_000;

export interface SetupStatusQuery {
  readonly data: SetupStatus | undefined;
  readonly error: unknown;
  readonly errorUpdateCount: number;
  readonly refetch: () => unknown;
}

export function useSetupStatus(): SetupStatusQuery {
  return trpc.setup.status.useQuery(undefined, {
    // A completed set-up stays completed.
    staleTime: ({ state: { data } }) => (data?.state === 'hidden' ? 300_000 : 0),
    refetchInterval: ({ state: { data, error } }) =>
      data?.state === 'open' || data?.state === 'no-administrator' ? interval : retryIntervalAfter(error),
  });
}
