import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

type Sync = inferRouterOutputs<AppRouter>['sync'];

export type SyncStatus = Sync['status'];
export type Run = SyncStatus['runs'][number];
export type RunProblem = NonNullable<Run['problem']>;
export type MassChange = Extract<RunProblem, { code: 'SYNC_MASS_CHANGE' }>;
export type Drift = NonNullable<Sync['drift']>;
export type DeliverySummary = Sync['deliveries']['items'][number];
export type Delivery = Sync['delivery'];
export type FailedAttempt = Delivery['failedAttempts'][number];
export type FailureCode = FailedAttempt['code'];

/** True while it is queued or running. */
export function isUnderWay({ status }: Run): boolean {
  return status === 'queued' || status === 'running';
}
