import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

/** What there is to show of the checklist, to this person. */
export type SetupStatus = inferRouterOutputs<AppRouter>['setup']['status'];

/** The checklist as an operator gets it. */
export type Checklist = Extract<SetupStatus, { readonly checks: unknown }>;
