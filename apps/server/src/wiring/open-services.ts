import { hash } from 'node:crypto';
import type { GateDecision } from '@latchkey/permissions/trpc';
import { createTokenVerifier, bearerToken } from '../authentication/create-token-verifier.ts';
import { createSubscriptions } from '../directory/subscriptions.ts';
import { openFactWatch } from '../directory/fact-watch.ts';
import { createReadiness } from '../platform/http/health.ts';
import { createConsoleTools } from '../features/mcp/console-tools.ts';
import { inOrganization } from '../authentication/in-organization.ts';
import { openFeatures } from './open-features.ts';
import { openFoundation } from './open-foundation.ts';
import { openRouter } from './open-router.ts';
import type { ServiceSettings } from './service-settings.ts';
import { viewAsHeader, type AuthenticateHeaders } from '../platform/trpc/context.ts';
import type { DecidedCall } from '../platform/trpc/create-contexts.ts';
import { resourcesWithRoles } from '../directory/shared-resources.ts';

export type Services = Awaited<ReturnType<typeof openServices>>;

/** Milliseconds that a probe waits for Logto's keys. */
const keysPatience = 1_000;

/** Opens all services, for `main.ts` and for the tests. Disposing of the result closes them in reverse order. */
export async function openServices(settings: ServiceSettings) {
  const { tokens, deadlines = {}, observer, rememberReadiness = 2_000 } = settings;
  await using opening = new AsyncDisposableStack();
  const foundation = await openFoundation(settings, opening);
  const { database, now, decider, directory, factChanges, isAlone } = foundation;
  const features = await openFeatures(settings, foundation, opening);
  const { auditLog, sync, explanations, applications, admit } = features;
  const { router, readDrift, subscribeToNotifications } = openRouter(settings, foundation, features);
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
  const subscriptions = createSubscriptions({
    async admit(identity) {
      await admit(identity.viewAs?.actor ?? identity, identity.viewAs?.id);
    },
    factChanges,
    watchFacts: factWatch.watch,
    subscribeToNotifications,
    stopping: stopping.signal,
  });
  const mcpTools = await createConsoleTools({
    router,
    me: (context) => router.createCaller(context).session.me(),
    whyMine: (context, question) => router.createCaller(context).why.mine(question),
    consoleUrl: settings.consoleUrl,
    onError: (err, tool) => settings.log.error({ err, tool }, 'a tool failed'),
  });
  const verifyToken = createTokenVerifier({ ...tokens, deadline: deadlines.jwks });
  const resources = opening.move();
  return {
    router,
    mcpTools,
    readDrift,
    sync,
    members: features.members,
    explanations,
    accessApi: features.accessApi,
    titles: features.titles,
    owners: features.owners,
    findPeople: features.findPeople,
    database,
    now,
    decider,
    directory,
    audit: auditLog,
    subscriptions,
    onDecision(call: DecidedCall, decision: GateDecision): void {
      auditLog.record.decided(call, decision);
      explanations.decided(call, decision);
      observer?.gateDecided(decision);
    },
    authenticate: (async (headers, { beforeVerification, organization } = {}) => {
      const verified = await verifyToken(bearerToken(headers.authorization), beforeVerification);
      const identity = inOrganization(verified, organization);
      // A view has no ceiling of scopes, so an application cannot start from one.
      const view = identity.via === undefined ? headers[viewAsHeader] : undefined;
      return applications.admit(await admit(identity, Array.isArray(view) ? view.join() : view));
    }) satisfies AuthenticateHeaders,
    readiness: createReadiness(
      {
        database: async () => ((await database.isReady()) ? 'ok' : 'unavailable'),
        jwks: async () => ((await verifyToken.areKeysKnown(keysPatience)) ? 'ok' : 'unavailable'),
        pdp: () => decider.health(),
      },
      rememberReadiness,
    ),
    /** Problems that an operator must fix although the server works. */
    warnings: createReadiness(
      { ...sync.warnings, database: async () => ((await database.isReadOnly()) ? 'failing' : 'ok') },
      rememberReadiness,
    ),
    /** Call this when the server listens: earlier deliveries may be lost, unless another replica was listening. */
    async onListening(): Promise<void> {
      if (isAlone) await sync.markGap();
    },
    /** Ends the open subscriptions, so that the HTTP server can close. */
    stop: () => stopping.abort(),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
