import { hash } from 'node:crypto';
import type { GateDecision } from '@latchkey/permissions/trpc';
import type { PermitDecider, PermitDirectory } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import { createLogtoSessions, createPermitClient, createPermitFacts } from '@latchkey/directory-sync';
import { bearerToken } from './auth/bearer-token.ts';
import { createTokenVerifier } from './auth/create-token-verifier.ts';
import { openFactWatch } from './auth/fact-watch.ts';
import { resourcesWithRoles } from './auth/resources-with-roles.ts';
import type { Database } from './database/open-database.ts';
import { createAuditFacts } from './features/audit/audit-facts.ts';
import { createKeptExplanations, type KeptExplanations } from './features/audit/kept-explanations.ts';
import { openAudit, type AuditLog } from './features/audit/open-audit.ts';
import { openStreams } from './features/audit/open-streams.ts';
import { openInvitations } from './features/invitations/open-invitations.ts';
import { createReadDrift } from './features/policy/read-drift.ts';
import { createMemberModel } from './features/members/member-model.ts';
import type { Members } from './features/members/open-members.ts';
import { givenReportsOf } from './features/reports/shares/share-store.ts';
import { createTitles } from './features/reports/titles.ts';
import { instanceGrantsOf, tenantGrantsOf } from './features/requests/live-grants.ts';
import { openSetup } from './features/setup/open-setup.ts';
import { createFindTenants } from './features/sync/find-tenants.ts';
import { openDirectorySync, type DirectorySync } from './features/sync/open-directory-sync.ts';
import { createAccessExplainer } from './features/why/explain-access.ts';
import { createReadiness, type Components } from './http/readiness.ts';
import { openFoundation } from './open-foundation.ts';
import { openNotifications } from './open-notifications.ts';
import { openPeople } from './open-people.ts';
import { createAppRouter, type AppRouter } from './router.ts';
import type { ServiceSettings } from './service-settings.ts';
import { viewAsHeader, type AuthenticateHeaders } from './trpc/context.ts';
import type { DecidedCall } from './trpc/create-handler.ts';
import { createSubscriptions } from './trpc/subscriptions.ts';
import { within } from './within.ts';

/** The server's services, opened and connected. */
export interface Services extends AsyncDisposable {
  readonly database: Database;
  readonly now: () => Date;
  readonly decider: PermitDecider<typeof policy>;
  readonly directory: PermitDirectory;
  readonly sync: DirectorySync;
  readonly members: Pick<Members, 'readAll'>;
  readonly audit: AuditLog;
  readonly router: AppRouter;
  /** Called with every decision of a gate. */
  readonly onDecision: (call: DecidedCall, decision: GateDecision) => void;
  readonly explanations: Pick<KeptExplanations, 'idle'>;
  readonly authenticate: AuthenticateHeaders;
  /** The state of the required components: `database`, `jwks` and `pdp`. */
  readonly readiness: () => Promise<Components>;
  /** Problems that an operator must fix while the server works: `deliveries`, which Logto cannot make. */
  readonly warnings: () => Promise<Components>;
  /** Call when the server listens: deliveries may have been lost until now, unless another replica was listening. */
  onListening(): Promise<void>;
  /** Ends the open subscriptions, so that the HTTP server can close. */
  stop(): void;
}

/** Milliseconds that a probe waits for Logto's keys. */
const keysPatience = 1_000;

/** Connects all services, for `main.ts` and for the tests. Opens them in order; disposing closes in reverse. */
export async function openServices(settings: ServiceSettings): Promise<Services> {
  const { databaseUrl, tokens, deadlines = {}, observer, log } = settings;
  await using opening = new AsyncDisposableStack();
  const foundation = await openFoundation(settings, opening);
  const { database, bus, now, decider, factChanges, directory, management, isAlone } = foundation;
  const audit = openAudit({
    retentionDays: 365,
    ...settings.audit,
    onLost: observer?.auditEventsLost,
    database,
    bus,
    now,
    log,
  });
  opening.defer(() => audit.close());
  const streams = openStreams({ db: database.db, settings: settings.audit?.stream ?? {}, log });
  opening.defer(() => streams.close());
  const onMembersError = (err: Error): void => log.warn({ err }, 'members are not up to date');
  const model = createMemberModel({
    db: database.db,
    bus,
    requestedRolesOf: (subjects) => tenantGrantsOf(database.db, subjects),
    onError: onMembersError,
  });
  const sync = await openDirectorySync({
    ...settings.sync,
    firstCallDeadline: deadlines.firstCall,
    databaseUrl,
    database,
    bus,
    factChanges,
    decider,
    permit: management,
    users: model.syncedUsers,
    audit: audit.record,
    log,
  });
  opening.defer(() => sync.close());

  const permitFacts = createPermitFacts(createPermitClient({ deadline: 3_000, ...management }));
  const titles = createTitles(database.db);
  const { titlesOf, readableTitles, readableCollections } = titles;
  const people = await openPeople(
    { settings, foundation, audit, sync, model, permitFacts, titles, onMembersError },
    opening,
  );
  const { admit, approversOf, findPeople, findPerson, members, permissionsFor, requests } = people;
  const verifyToken = createTokenVerifier({ ...tokens, deadline: deadlines.jwks });
  const readiness = createReadiness(
    {
      database: async () => ((await database.isReady()) ? 'ok' : 'unavailable'),
      jwks: async () =>
        (await within(keysPatience, verifyToken.areKeysKnown(), () => false)) ? 'ok' : 'unavailable',
      pdp: () => decider.health(),
    },
    settings.rememberReadiness ?? 2_000,
  );
  const warnings = createReadiness(sync.warnings, settings.rememberReadiness ?? 2_000);
  const factWatch = openFactWatch({
    async factsOf(person) {
      const grants = [
        decider.grants(person.subject, person.tenant),
        decider.instanceGrants(person, resourcesWithRoles),
      ];
      return hash('sha256', JSON.stringify(await Promise.all(grants)));
    },
    onChange: ({ subject }) => factChanges.publishHere({ subject }),
  });
  opening.defer(() => factWatch.close());
  const stopping = new AbortController();
  const notifications = openNotifications({
    db: database.db,
    bus,
    now,
    findPeople,
    readableTitles,
    readableCollections,
    auditChanges: audit.changes,
    requestNews: requests.router.news,
  });
  const explainer = createAccessExplainer({
    permissionsFor,
    roleSourcesOf: members.roleSourcesOf,
    titlesOf,
    readableTitles,
    readableCollections,
  });
  const explanations = createKeptExplanations({
    db: database.db,
    read: explainer.read,
    perMinute: settings.audit?.explanationsPerMinute ?? 0,
    now,
    onError: (err) => log.warn({ err }, 'why a decision was so is not kept'),
  });
  opening.defer(() => explanations.idle());
  const router: AppRouter = createAppRouter({
    ...requests.router,
    members: members.router,
    decider,
    directory,
    approversOf,
    control: sync.control,
    findTenants: createFindTenants(permitFacts.reads),
    readDrift: createReadDrift(createPermitClient(management)),
    logtoSessions: settings.sync.logto && createLogtoSessions(settings.sync.logto),
    logtoConsole: settings.vendorConsoles?.logto,
    setup: openSetup({
      db: database.db,
      // A PDP without the policy is the subject of another step.
      isPdpThere: async () => (await decider.health()) !== 'unavailable',
      approversOf,
      permit: management,
      logto: settings.sync.logto,
      async countDeliveries() {
        const counts = await sync.control.deliveries.counts();
        return Object.values(counts).reduce((sum, count) => sum + count, 0);
      },
      links: settings.vendorConsoles ?? {},
    }),
    explainAccess: explainer.explain,
    showExplanation: explainer.show,
    explanations,
    requestedShares: (tenant, subject) =>
      instanceGrantsOf(database.db, { tenant, subject, resource: 'reports' }),
    givenShares: (of) => givenReportsOf(database.db, of),
    findPerson,
    sharing: people.sharing,
    people: members.people,
    factChanges,
    invitations: openInvitations({
      db: database.db,
      bus,
      logto: settings.sync.logto,
      findPeople,
      decider,
      reconcileUser: sync.reconcileUser,
      consoleUrl: settings.consoleUrl,
      audit: audit.record,
      now,
      log,
    }),
    ...notifications,
    auditFacts: createAuditFacts(database.db),
    viewAs: people.viewAs,
    db: database.db,
    findPeople,
    onAsked: audit.record.asked,
    audit: audit.record,
    auditChanges: audit.changes,
    subscriptions: createSubscriptions({
      async admit(identity) {
        await admit(identity.viewAs?.actor ?? identity, identity.viewAs?.id);
      },
      factChanges,
      watchFacts: factWatch.watch,
      subscribeToNews: notifications.subscribeToNews,
      stopping: stopping.signal,
    }),
  });
  const resources = opening.move();
  return {
    database,
    now,
    decider,
    directory,
    sync,
    members,
    audit,
    router,
    onDecision(call, decision) {
      audit.record.decided(call, decision);
      explanations.decided(call, decision);
      observer?.gateDecided(decision);
    },
    explanations,
    async authenticate(headers, beforeVerification) {
      const identity = await verifyToken(bearerToken(headers.authorization), beforeVerification);
      const view = headers[viewAsHeader];
      return admit(identity, Array.isArray(view) ? view.join() : view);
    },
    readiness,
    warnings,
    async onListening() {
      if (isAlone) await sync.markGap();
    },
    stop: () => stopping.abort(),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
