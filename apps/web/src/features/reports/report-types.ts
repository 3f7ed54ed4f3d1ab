import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>['reports'];

export type ReportSummary = Outputs['list']['items'][number];
/** The content of a report, by its kind. */
export type ReportContent = Outputs['get']['content'];
export type ContentOf<Kind extends ReportContent['kind']> = Extract<ReportContent, { readonly kind: Kind }>;

/** The differences between two reports of a kind. */
export type Comparison = Outputs['compare'];

export type ReportCounts = NonNullable<Outputs['counts']>;
