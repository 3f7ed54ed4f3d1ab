import { retryInterval, retryIntervalAfter } from '../../api/query-client.ts';
import { trpc, type Outputs } from '../../api/trpc.ts';
import type { LoadingQuery } from '../../api/use-problem.ts';

export type SyncStatus = Outputs['sync']['status'];
export type Run = SyncStatus['runs'][number];
export type RunProblem = NonNullable<Run['problem']>;
export type MassChange = Extract<RunProblem, { code: 'SYNC_MASS_CHANGE' }>;
export type Drift = NonNullable<Outputs['sync']['drift']>;
export type DeliverySummary = Outputs['sync']['deliveries']['items'][number];
export type Delivery = Outputs['sync']['delivery'];
export type FailedAttempt = Delivery['failedAttempts'][number];
export type FailureCode = FailedAttempt['code'];

export function isUnderWay({ status }: Run): boolean {
  return status === 'queued' || status === 'running';
}

/** The polling interval in milliseconds while nothing is pending or running. */
const idleInterval = 30_000;

/** The status of sync, polled more often while something is pending or running. */
export function useSyncStatus(): LoadingQuery<SyncStatus> {
  return trpc.sync.status.useQuery(undefined, {
    refetchInterval({ state: { data, error } }) {
      if (data === undefined || error !== null) return retryIntervalAfter(error);
      return data.deliveries.pending > 0 || data.runs.some(isUnderWay) ? retryInterval : idleInterval;
    },
  });
}
