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
import { createReportsRouter } from './features/reports/reports-router.ts';
import type { ReportsRouterDeps } from './features/reports/load-report.ts';
import { createRequestsRouter, type RequestsRouterDeps } from './features/requests/requests-router.ts';
import { createReviewsRouter, type ReviewsRouterDeps } from './features/reviews/reviews-router.ts';
import { createSessionRouter, type SessionRouterDeps } from './features/session/session-router.ts';
import type { SetupRouterDeps } from './features/setup/open-setup.ts';
import { createSetupRouter } from './features/setup/setup-router.ts';
import { createSyncRouter, type SyncRouterDeps } from './features/sync/sync-router.ts';
import type { ViewAsRouterDeps } from './features/view-as/open-view-as.ts';
import { createViewAsRouter } from './features/view-as/view-as-router.ts';
import { createWhyRouter, type WhyRouterDeps } from './features/why/why-router.ts';
import { router } from './platform/trpc/trpc.ts';

interface RouterDeps {
  readonly session: SessionRouterDeps;
  readonly members: MembersRouterDeps;
  readonly person: PersonRouterDeps;
  readonly reports: ReportsRouterDeps;
  readonly collections: CollectionsRouterDeps;
  readonly policy: PolicyRouterDeps;
  readonly requests: RequestsRouterDeps;
  readonly reviews: ReviewsRouterDeps;
  readonly invitations: InvitationsRouterDeps;
  readonly home: HomeRouterDeps;
  readonly notifications: NotificationsRouterDeps;
  readonly setup: SetupRouterDeps;
  readonly sync: SyncRouterDeps;
  readonly viewAs: ViewAsRouterDeps;
  readonly why: WhyRouterDeps;
  readonly audit: AuditRouterDeps;
}

/** Every procedure that the console can call. Add the router of a new feature here. */
export function createAppRouter(deps: RouterDeps) {
  return router({
    session: createSessionRouter(deps.session),
    members: createMembersRouter(deps.members),
    person: createPersonRouter(deps.person),
    reports: createReportsRouter(deps.reports),
    collections: createCollectionsRouter(deps.collections),
    policy: createPolicyRouter(deps.policy),
    requests: createRequestsRouter(deps.requests),
    reviews: createReviewsRouter(deps.reviews),
    invitations: createInvitationsRouter(deps.invitations),
    home: createHomeRouter(deps.home),
    notifications: createNotificationsRouter(deps.notifications),
    setup: createSetupRouter(deps.setup),
    sync: createSyncRouter(deps.sync),
    viewAs: createViewAsRouter(deps.viewAs),
    why: createWhyRouter(deps.why),
    audit: createAuditRouter(deps.audit),
  });
}

export type { ChangeAction } from './features/audit/audit-event.ts';
export type AppRouter = ReturnType<typeof createAppRouter>;
