import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

/** The checklist as this user sees it. */
export type SetupStatus = inferRouterOutputs<AppRouter>['setup']['status'];

/** The checklist as operators see it. */
export type Checklist = Extract<SetupStatus, { readonly checks: unknown }>;
