import { retryInterval, retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { isUnderWay, type SyncStatus } from './sync-types.ts';

/** The polling interval in milliseconds while nothing is pending or running. */
const idleInterval = 30_000;

export interface SyncStatusQuery {
  readonly data: SyncStatus | undefined;
  /** The error of the last request; earlier data remains. */
  readonly error: unknown;
  readonly errorUpdateCount: number;
  readonly refetch: () => unknown;
}

/** The status of sync, polled more often while something is pending or running. */
export function useSyncStatus(): SyncStatusQuery {
  return trpc.sync.status.useQuery(undefined, {
    refetchInterval({ state: { data, error } }) {
      if (data === undefined || error !== null) return retryIntervalAfter(error);
      return data.deliveries.pending > 0 || data.runs.some(isUnderWay) ? retryInterval : idleInterval;
    },
  });
}
