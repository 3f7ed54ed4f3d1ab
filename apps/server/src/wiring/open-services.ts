import { hash } from 'node:crypto';
import type { GateDecision } from '@latchkey/permissions/trpc';
import type { PermitDirectory } from '@latchkey/permissions/permit';
import { createTokenVerifier, bearerToken } from '../authentication/create-token-verifier.ts';
import { openFactWatch } from '../directory/fact-watch.ts';
import type { Database } from '../platform/database/open-database.ts';
import type { StoredExplanations } from '../features/audit/stored-explanations.ts';
import type { AuditLog } from '../features/audit/open-audit.ts';
import type { Members } from '../features/members/open-members.ts';
import type { DirectorySync } from '../features/sync/open-directory-sync.ts';
import { createReadiness, type Components } from '../platform/http/readiness.ts';
import { openFeatures } from './open-features.ts';
import { openFoundation } from './open-foundation.ts';
import { openRouter } from './open-router.ts';
import type { AppRouter } from '../router.ts';
import type { ServiceSettings } from './service-settings.ts';
import { viewAsHeader, type AuthenticateHeaders } from '../platform/trpc/context.ts';
import type { DecidedCall } from '../platform/trpc/create-handler.ts';
import { within } from '../platform/within.ts';
import { resourcesWithRoles } from '../directory/shared-resources.ts';
import type { PdpDecider } from '../directory/decisions.ts';

/** The server's services, opened and connected. */
export interface Services extends AsyncDisposable {
  readonly database: Database;
  readonly now: () => Date;
  readonly decider: PdpDecider;
  readonly directory: PermitDirectory;
  readonly sync: DirectorySync;
  readonly members: Pick<Members, 'readAll'>;
  readonly audit: AuditLog;
  readonly router: AppRouter;
  /** Called with every decision of a gate. */
  readonly onDecision: (call: DecidedCall, decision: GateDecision) => void;
  readonly explanations: Pick<StoredExplanations, 'idle'>;
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
  const { tokens, deadlines = {}, observer, rememberReadiness = 2_000 } = settings;
  await using opening = new AsyncDisposableStack();
  const foundation = await openFoundation(settings, opening);
  const { database, now, decider, directory, factChanges, isAlone } = foundation;
  const features = await openFeatures(settings, foundation, opening);
  const { auditLog, sync, members, explanations, admit } = features;
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
  const router = openRouter({
    settings,
    foundation,
    features,
    watchFacts: factWatch.watch,
    stopping: stopping.signal,
  });
  const verifyToken = createTokenVerifier({ ...tokens, deadline: deadlines.jwks });
  const resources = opening.move();
  return {
    database,
    now,
    decider,
    directory,
    sync,
    members,
    audit: auditLog,
    router,
    onDecision(call, decision) {
      auditLog.record.decided(call, decision);
      explanations.decided(call, decision);
      observer?.gateDecided(decision);
    },
    explanations,
    async authenticate(headers, beforeVerification) {
      const identity = await verifyToken(bearerToken(headers.authorization), beforeVerification);
      const view = headers[viewAsHeader];
      return admit(identity, Array.isArray(view) ? view.join() : view);
    },
    readiness: createReadiness(
      {
        database: async () => ((await database.isReady()) ? 'ok' : 'unavailable'),
        jwks: async () =>
          (await within(keysPatience, verifyToken.areKeysKnown(), () => false)) ? 'ok' : 'unavailable',
        pdp: () => decider.health(),
      },
      rememberReadiness,
    ),
    warnings: createReadiness(sync.warnings, rememberReadiness),
    async onListening() {
      if (isAlone) await sync.markGap();
    },
    stop: () => stopping.abort(),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
