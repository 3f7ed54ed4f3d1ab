import { createAuditFacts } from '../features/audit/audit-facts.ts';
import { createAuditRouter } from '../features/audit/audit-router.ts';
import { createHomeRouter } from '../features/home/home-router.ts';
import { openInvitations } from '../features/invitations/open-invitations.ts';
import { createPersonRouter } from '../features/members/person-router.ts';
import { createSubscribeToNotifications } from '../features/notifications/notification-reader.ts';
import { marksTopic } from '../features/notifications/notification.ts';
import { createNotificationsRouter } from '../features/notifications/notifications-router.ts';
import { createPolicyRouter } from '../features/policy/policy-router.ts';
import { createReadDrift } from '../features/policy/read-drift.ts';
import { createIsClosedTo } from '../features/reports/clearance.ts';
import { sharedReportsOf } from '../features/reports/shares/share-store.ts';
import { instanceGrantsOf, roleEndsOf } from '../features/requests/live-grants.ts';
import { endingSoonOf, toDecide } from '../features/requests/requests-about.ts';
import { createRequestsRouter } from '../features/requests/requests-router.ts';
import { toReview } from '../features/reviews/due.ts';
import { createSessionRouter } from '../features/session/session-router.ts';
import { openSetup } from '../features/setup/open-setup.ts';
import { createWhyRouter } from '../features/why/why-router.ts';
import { createAppRouter } from '../router.ts';
import type { Features } from './open-features.ts';
import type { Foundation } from './open-foundation.ts';
import type { ServiceSettings } from './service-settings.ts';

/** Merges the routers of all features, and opens the features that consist of a router only. */
export function openRouter(settings: ServiceSettings, foundation: Foundation, features: Features) {
  const { consoleUrl, vendorConsoles = {} } = settings;
  const { permit, logto } = foundation;
  const { db, bus, now, audit, auditLog, explainer, grants, members, reports, reviews, sync } = features;
  const auditFacts = createAuditFacts(db);
  const readDrift = createReadDrift(permit);
  const markChanges = bus.topic(marksTopic);
  const router = createAppRouter({
    session: createSessionRouter({
      ...features,
      roleEndsOf: ({ tenant, subject }) => roleEndsOf(db, { tenant, subject, now: now() }),
      onAsked: audit.asked,
    }),
    members: members.router,
    applications: features.applications.router,
    person: createPersonRouter({
      ...features,
      requestedShares: (tenant, subject) => instanceGrantsOf(db, { tenant, subject, resource: 'reports' }),
      storedShares: (of) => sharedReportsOf(db, of),
      logtoAccounts: logto?.accounts,
      logtoConsole: vendorConsoles.logto,
    }),
    reports: reports.router,
    collections: reports.collections,
    policy: createPolicyRouter({ people: members.people, readDrift }),
    requests: createRequestsRouter({
      ...features,
      isClosedTo: createIsClosedTo(db, features.permissionsFor),
      explainAccess: explainer.explain,
      administrators: members.administrators,
    }),
    reviews: reviews.router,
    invitations: openInvitations({
      ...features,
      inLogto: logto && { logto: logto.management, invitations: logto.invitations },
      reconcileUser: sync.accountChanged,
      consoleUrl,
    }),
    home: createHomeRouter({ ...features, denialsOf: (user, page) => auditFacts.denialsOf(user, page) }),
    notifications: createNotificationsRouter({
      ...features,
      markChanges,
      eventsAbout: auditFacts.changesAbout,
      endingSoon: (of) => endingSoonOf(db, of),
      toReview: (of) => toReview(db, of),
      toDecide: (caller, limit) => toDecide(features, caller, limit),
    }),
    setup: openSetup({
      ...features,
      permit,
      deliveries: sync.control.deliveries,
      links: vendorConsoles,
    }),
    sync: sync.router,
    viewAs: features.viewAs.router,
    why: createWhyRouter({ ...features, explainAccess: explainer.explain }),
    audit: createAuditRouter({
      ...features,
      showExplanation: explainer.show,
      auditChanges: auditLog.changes,
    }),
  });
  return {
    router,
    readDrift,
    subscribeToNotifications: createSubscribeToNotifications({
      auditChanges: auditLog.changes,
      requestListeners: grants.listeners,
      markChanges,
      reviewChanges: reviews.changes,
    }),
  };
}
