import { retryInterval, retryIntervalAfter } from '../../api/api.ts';
import { trpc } from '../../api/trpc.ts';
import { isUnderWay, type SyncStatus } from './sync-types.ts';

/** Milliseconds between looks while nothing happens. */
const calm = 30_000;

export interface SyncStatusQuery {
  readonly data: SyncStatus | undefined;
  /** Of the last attempt; what was known before stays. */
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** How sync stands, asked again by itself: often while something waits or works. */
export function useSyncStatus(): SyncStatusQuery {
  return trpc.sync.status.useQuery(undefined, {
    refetchInterval({ state: { data, error } }) {
      if (data === undefined || error !== null) return retryIntervalAfter(error);
      return data.deliveries.pending > 0 || data.runs.some(isUnderWay) ? retryInterval : calm;
    },
  });
}
