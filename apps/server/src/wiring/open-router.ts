import type { FactWatch } from '../directory/fact-watch.ts';
import { createAuditFacts } from '../features/audit/audit-facts.ts';
import { createAuditUses } from '../features/audit/audit-uses.ts';
import { openInvitations } from '../features/invitations/open-invitations.ts';
import { marksTopic } from '../features/notifications/notification.ts';
import { createSubscribeToNotifications } from '../features/notifications/notification-reader.ts';
import type { ReadDrift } from '../features/policy/read-drift.ts';
import { sharedReportsOf } from '../features/reports/shares/share-store.ts';
import { instanceGrantsOf, roleEndsOf } from '../features/requests/live-grants.ts';
import { endingSoonOf, toDecide } from '../features/requests/requests-about.ts';
import { toReview } from '../features/reviews/due.ts';
import { openSetup } from '../features/setup/open-setup.ts';
import { createFindInLogto, createFindTenants } from '../features/sync/name-subjects.ts';
import type { Features } from './open-features.ts';
import type { Foundation } from './open-foundation.ts';
import { createAppRouter, type AppRouter } from '../router.ts';
import type { ServiceSettings } from './service-settings.ts';
import { createSubscriptions } from '../directory/subscriptions.ts';

interface Opened {
  readonly settings: ServiceSettings;
  readonly foundation: Foundation;
  readonly features: Features;
  readonly watchFacts: FactWatch['watch'];
  readonly readDrift: ReadDrift;
  /** Aborted when the server is about to stop. */
  readonly stopping: AbortSignal;
}

export function openRouter(opened: Opened): AppRouter {
  const { settings, foundation, features, watchFacts, readDrift, stopping } = opened;
  const { vendorConsoles = {}, consoleUrl, log } = settings;
  const { database, bus, now, decider, factChanges, directory, permit, permitFacts, logto } = foundation;
  const { auditLog, sync, permissionsFor, findPeople, findPerson, approversOf, sharing, inTurn } = features;
  const { titles, owners, requests, members, viewAs, explainer, explanations } = features;
  const { db } = database;
  const { record: audit, changes: auditChanges } = auditLog;
  const { titlesOf, readableTitles, readableCollections } = titles;
  const { people } = members;

  const auditFacts = createAuditFacts(db);
  const markChanges = bus.topic(marksTopic);
  const subscriptions = createSubscriptions({
    async admit(identity) {
      await features.admit(identity.viewAs?.actor ?? identity, identity.viewAs?.id);
    },
    factChanges,
    watchFacts,
    subscribeToNotifications: createSubscribeToNotifications({
      auditChanges,
      requestListeners: requests.router.listeners,
      markChanges,
      reviewChanges: features.reviews.router.changes,
    }),
    stopping,
  });
  return createAppRouter({
    session: {
      subscriptions,
      findPeople,
      roleEndsOf: ({ tenant, subject }) => roleEndsOf(db, { tenant, subject, now: now() }),
      onAsked: audit.asked,
      decider,
      approversOf,
    },
    members: { decider, subscriptions, members: members.router, readableTitles, readableCollections },
    person: {
      findPerson,
      findPeople,
      permissionsFor,
      decider,
      readableTitles,
      requestedShares: (tenant, subject) => instanceGrantsOf(db, { tenant, subject, resource: 'reports' }),
      storedShares: (of) => sharedReportsOf(db, of),
      logtoAccounts: logto?.accounts,
      logtoConsole: vendorConsoles.logto,
    },
    reports: {
      db,
      decider,
      directory,
      audit,
      sharing,
      inTurn,
      owners,
      people,
      findPeople,
      auditFacts,
      now,
    },
    collections: {
      db,
      directory,
      findPeople,
      owners,
      people,
      readableTitles,
      sharing,
      factChanges,
      audit,
      inTurn,
    },
    policy: { people, readDrift },
    requests: {
      ...requests.router,
      subscriptions,
      explainAccess: explainer.explain,
      findPerson,
      administrators: members.administrators,
      owners: features.owners,
    },
    reviews: {
      ...features.reviews.router,
      readableTitles,
      readableCollections,
      subscriptions,
      unused: {
        people,
        uses: createAuditUses(db),
        reads: permitFacts.reads,
        roleSourcesOf: members.roleSourcesOf,
        decider,
        now,
      },
    },
    invitations: {
      ...openInvitations({
        db,
        bus,
        inLogto: logto && { logto: logto.management, invitations: logto.invitations },
        findPeople,
        decider,
        reconcileUser: sync.accountChanged,
        consoleUrl,
        audit,
        now,
        log,
      }),
      subscriptions,
    },
    home: { now, denialsOf: (user, page) => auditFacts.denialsOf(user, page), titlesOf },
    notifications: {
      db,
      now,
      findPeople,
      readableTitles,
      readableCollections,
      markChanges,
      eventsAbout: auditFacts.changesAbout,
      endingSoon: (of) => endingSoonOf(db, of),
      toReview: (of) => toReview(db, of),
      toDecide: (caller, limit) => toDecide({ db, now, rules: requests.router.rules }, caller, limit),
    },
    setup: openSetup({
      db,
      // Only whether the PDP responds; another step checks whether it has the policy.
      isPdpThere: async () => (await decider.health()) !== 'unavailable',
      approversOf,
      permit,
      logto: logto?.management,
      async countDeliveries() {
        const counts = await sync.control.deliveries.counts();
        return Object.values(counts).reduce((sum, count) => sum + count, 0);
      },
      links: vendorConsoles,
    }),
    sync: {
      control: sync.control,
      audit,
      findPeople,
      findTenants: createFindTenants(permitFacts.reads),
      findInLogto: createFindInLogto(logto?.management),
      subscriptions,
    },
    viewAs: viewAs.router,
    why: { explainAccess: explainer.explain, findPerson },
    audit: {
      db,
      audit,
      findPeople,
      readableTitles,
      readableCollections,
      explanations,
      showExplanation: explainer.show,
      subscriptions,
      auditChanges,
    },
  });
}
