import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>['reports'];

export type ReportSummary = Outputs['list']['items'][number];
/** What a report says, by its kind. */
export type ReportContent = Outputs['get']['content'];
export type ContentOf<Kind extends ReportContent['kind']> = Extract<ReportContent, { readonly kind: Kind }>;

/** What is different between two reports of a kind. */
export type Comparison = Outputs['compare'];

export type ReportCounts = NonNullable<Outputs['counts']>;
