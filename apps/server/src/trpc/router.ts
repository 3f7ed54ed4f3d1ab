import type { AnyTRPCRouter } from '@trpc/server';
import { reportsRouter } from '../reports/reports-router.ts';
import { createSessionRouter } from '../session/session-router.ts';
import { syncRouter } from '../sync/sync-router.ts';
import { router } from './trpc.ts';

/** Everything the console can ask for. */
export const appRouter = router({
  session: createSessionRouter((): AnyTRPCRouter => appRouter),
  reports: reportsRouter,
  sync: syncRouter,
});

export type AppRouter = typeof appRouter;
