import type { createApplicationsRouter } from './features/applications/applications-router.ts';
import type { createAuditRouter } from './features/audit/audit-router.ts';
import type { createHomeRouter } from './features/home/home-router.ts';
import type { createInvitationsRouter } from './features/invitations/invitations-router.ts';
import type { createMembersRouter } from './features/members/members-router.ts';
import type { createPersonRouter } from './features/members/person-router.ts';
import type { createNotificationsRouter } from './features/notifications/notifications-router.ts';
import type { createPolicyRouter } from './features/policy/policy-router.ts';
import type { createCollectionsRouter } from './features/reports/collections/collections-router.ts';
import type { createReportsRouter } from './features/reports/reports-router.ts';
import type { createRequestsRouter } from './features/requests/requests-router.ts';
import type { createReviewsRouter } from './features/reviews/reviews-router.ts';
import type { createSessionRouter } from './features/session/session-router.ts';
import type { createSetupRouter } from './features/setup/setup-router.ts';
import type { createSyncRouter } from './features/sync/sync-router.ts';
import type { createViewAsRouter } from './features/view-as/view-as-router.ts';
import type { createWhyRouter } from './features/why/why-router.ts';
import { router } from './platform/trpc/trpc.ts';

/** The routers of the features, in the order of the reference. Add the router of a new feature here. */
interface Routers {
  readonly session: ReturnType<typeof createSessionRouter>;
  readonly members: ReturnType<typeof createMembersRouter>;
  readonly person: ReturnType<typeof createPersonRouter>;
  readonly applications: ReturnType<typeof createApplicationsRouter>;
  readonly reports: ReturnType<typeof createReportsRouter>;
  readonly collections: ReturnType<typeof createCollectionsRouter>;
  readonly policy: ReturnType<typeof createPolicyRouter>;
  readonly requests: ReturnType<typeof createRequestsRouter>;
  readonly reviews: ReturnType<typeof createReviewsRouter>;
  readonly invitations: ReturnType<typeof createInvitationsRouter>;
  readonly home: ReturnType<typeof createHomeRouter>;
  readonly notifications: ReturnType<typeof createNotificationsRouter>;
  readonly setup: ReturnType<typeof createSetupRouter>;
  readonly sync: ReturnType<typeof createSyncRouter>;
  readonly viewAs: ReturnType<typeof createViewAsRouter>;
  readonly why: ReturnType<typeof createWhyRouter>;
  readonly audit: ReturnType<typeof createAuditRouter>;
}

/** Every procedure that the console can call. */
export function createAppRouter(routers: Routers) {
  return router({ ...routers });
}

export type { ChangeAction } from './features/audit/audit-event.ts';
export type AppRouter = ReturnType<typeof createAppRouter>;
