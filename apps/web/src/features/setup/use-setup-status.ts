import { retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import type { SetupStatus } from './setup-types.ts';

/** Milliseconds between two looks while something is to be done: commands and consoles tell nobody that they are through. */
const interval = 5_000;

export interface SetupStatusQuery {
  readonly data: SetupStatus | undefined;
  readonly error: unknown;
  readonly errorUpdateCount: number;
  readonly refetch: () => unknown;
}

export function useSetupStatus(): SetupStatusQuery {
  return trpc.setup.status.useQuery(undefined, {
    // What is over stays over.
    staleTime: ({ state: { data } }) => (data?.state === 'hidden' ? 300_000 : 0),
    refetchInterval: ({ state: { data, error } }) =>
      data?.state === 'open' || data?.state === 'no-administrator' ? interval : retryIntervalAfter(error),
  });
}
