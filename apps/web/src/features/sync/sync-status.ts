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

/** A delivery can arrive, fail or be applied at any time. */
const polling = {
  refetchInterval: ({ state: { error } }: { readonly state: { readonly error: unknown } }) =>
    error === null ? retryInterval : retryIntervalAfter(error),
};

export function useSyncStatus(): LoadingQuery<SyncStatus> {
  return trpc.sync.status.useQuery(undefined, polling);
}

/** `null` if nothing was compared yet. */
export function useDrift(): Drift | null | undefined {
  return trpc.sync.drift.useQuery(undefined, polling).data;
}
