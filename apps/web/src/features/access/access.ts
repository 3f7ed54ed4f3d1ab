import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

/** The server's answer about the signed-in person. */
export type Access = inferRouterOutputs<AppRouter>['session']['access'];
