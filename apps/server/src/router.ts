import type { AnyTRPCRouter } from '@trpc/server';
import { createAuditRouter, type AuditRouterDeps } from './features/audit/audit-router.ts';
import { createHomeRouter, type HomeRouterDeps } from './features/home/home-router.ts';
import {
  createInvitationsRouter,
  type InvitationsRouterDeps,
} from './features/invitations/invitations-router.ts';
import { createMembersRouter, type MembersRouterDeps } from './features/members/members-router.ts';
import { createPersonRouter, type PersonRouterDeps } from './features/members/person-router.ts';
import { createPolicyRouter, type PolicyRouterDeps } from './features/policy/policy-router.ts';
import {
  createCollectionsRouter,
  type CollectionsRouterDeps,
} from './features/reports/collections/collections-router.ts';
import {
  createNotificationsRouter,
  type NotificationsRouterDeps,
} from './features/notifications/notifications-router.ts';
import { createReportsRouter, type ReportsRouterDeps } from './features/reports/reports-router.ts';
import { createRequestsRouter, type RequestsRouterDeps } from './features/requests/requests-router.ts';
import { createSessionRouter, type SessionRouterDeps } from './features/session/session-router.ts';
import { createSetupRouter, type SetupRouterDeps } from './features/setup/setup-router.ts';
import { createSyncRouter, type SyncRouterDeps } from './features/sync/sync-router.ts';
import { createViewAsRouter, type ViewAsRouterDeps } from './features/view-as/view-as-router.ts';
import { createWhyRouter, type WhyRouterDeps } from './features/why/why-router.ts';
import { router } from './trpc/trpc.ts';

export type RouterDeps = Omit<SessionRouterDeps, 'appRouter'> &
  AuditRouterDeps &
  Omit<MembersRouterDeps, 'appRouter'> &
  Omit<PersonRouterDeps, 'appRouter'> &
  PolicyRouterDeps &
  ReportsRouterDeps &
  CollectionsRouterDeps &
  RequestsRouterDeps &
  InvitationsRouterDeps &
  NotificationsRouterDeps &
  HomeRouterDeps &
  SetupRouterDeps &
  SyncRouterDeps &
  ViewAsRouterDeps &
  WhyRouterDeps;

/** Every procedure that the console can call. Add the router of a new feature here. */
export function createAppRouter(deps: RouterDeps) {
  const whole = (): AnyTRPCRouter => appRouter;
  const appRouter = router({
    session: createSessionRouter({ ...deps, appRouter: whole }),
    members: createMembersRouter({ ...deps, appRouter: whole }),
    person: createPersonRouter({ ...deps, appRouter: whole }),
    reports: createReportsRouter(deps),
    collections: createCollectionsRouter(deps),
    policy: createPolicyRouter(deps),
    requests: createRequestsRouter(deps),
    invitations: createInvitationsRouter(deps),
    home: createHomeRouter(deps),
    notifications: createNotificationsRouter(deps),
    setup: createSetupRouter(deps),
    sync: createSyncRouter(deps),
    viewAs: createViewAsRouter(deps),
    why: createWhyRouter(deps),
    audit: createAuditRouter(deps),
  });
  return appRouter;
}

export type AppRouter = ReturnType<typeof createAppRouter>;
