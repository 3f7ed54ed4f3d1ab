import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

/** The server's response about the signed-in user. */
export type Access = inferRouterOutputs<AppRouter>['session']['access'];
