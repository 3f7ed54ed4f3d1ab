import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>['reports'];

export type ReportSummary = Outputs['list']['items'][number];
export type ReportCounts = NonNullable<Outputs['counts']>;
