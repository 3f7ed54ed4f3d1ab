import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>['audit'];

export type AuditEvent = Outputs['list']['events'][number];
export type EventDetails = Outputs['get'];
export type Histogram = Outputs['histogram'];
export type SavedView = Outputs['views'][number];

/** The names of users and instances in the events, by key. */
export interface EventNames {
  readonly people: ReadonlyMap<string, { readonly key: string; readonly name: string | null }>;
  /** For reports and collections that the reader can view. */
  readonly titles: Readonly<Record<string, string>>;
}
