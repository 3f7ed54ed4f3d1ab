import { start, type Emulator } from '@latchkey/permit-emulator';
import {
  createPermitDecider,
  createPermitDirectory,
  type PermitDirectory,
} from '@latchkey/permissions/permit';
import { applyPolicy } from '@latchkey/permissions/policy';
import { noLimits } from '@latchkey/directory-sync';
import { policy } from '@latchkey/policy';
import { createTRPCClient, httpBatchLink, type TRPCClient } from '@trpc/client';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { pino } from 'pino';
import { createApp } from '../app.ts';
import { createTokenVerifier } from '../auth/create-token-verifier.ts';
import { openBus } from '../bus/open-bus.ts';
import { openDatabase } from '../database/open-database.ts';
import {
  openDirectorySync,
  type DirectorySync,
  type DirectorySyncOptions,
} from '../sync/open-directory-sync.ts';
import { untilKnownTo } from '../sync/until-known.ts';
import type { AppRouter } from '../trpc/router.ts';
import type { Freshness } from '../webhooks/freshness.ts';
import { freshDatabase } from './fresh-database.ts';
import { startTestIssuer, testAudience, type TestIssuer } from './test-issuer.ts';

export interface TestServerOptions {
  readonly logto?: DirectorySyncOptions['logto'];
  readonly justInTime?: boolean;
  readonly freshness?: Freshness;
  /** Hears every line that the server logs, at every level. */
  readonly onLog?: (line: string) => void;
}

export interface TestServer {
  readonly databaseUrl: string;
  readonly sync: DirectorySync;
  readonly url: string;
  readonly db: NodePgDatabase;
  readonly permit: Emulator;
  readonly directory: PermitDirectory;
  readonly issuer: TestIssuer;
  /** The console's own client, as that person. */
  as(subject: string, tenant?: string): Promise<TRPCClient<AppRouter>>;
  close(): Promise<void>;
}

export const signingKey = '8Cang8t1c7xbmwKDmvhUL0kysXVhYpBJ';

/** The whole server over a real PostgreSQL and the Permit emulator, with the policy applied; tokens are the test's own. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const stack = new AsyncDisposableStack();
  const { onLog } = options;
  const log = onLog === undefined ? pino({ level: 'silent' }) : pino({ level: 'trace' }, { write: onLog });
  const fail = (error: Error): void => log.error(error);

  const permit = await start({ port: 0, pdpPort: 0, opaPort: 'off' });
  stack.defer(() => permit.close());
  const management = { apiUrl: permit.url, apiKey: permit.keys.environment };
  await applyPolicy(policy, management);

  const issuer = await startTestIssuer();
  stack.defer(() => issuer.close());
  const databaseUrl = await freshDatabase();
  const database = await openDatabase(databaseUrl, fail);
  stack.defer(() => database.close());
  // One test's outage must not be the next one's: the breaker stays closed.
  const decider = createPermitDecider({
    policy,
    url: permit.pdpUrl,
    apiKey: permit.keys.environment,
    breakAfter: Number.MAX_SAFE_INTEGER,
  });
  stack.defer(() => decider.close());
  const bus = await openBus(databaseUrl, fail);
  stack.defer(() => bus.close());
  bus.subscribe((message) => {
    if (message.kind === 'invalidated') decider.invalidate(message);
  });
  const directory = createPermitDirectory({
    ...management,
    onChange: (invalidated) => bus.publish({ kind: 'invalidated', ...invalidated }),
  });
  const sync = await openDirectorySync({
    databaseUrl,
    db: database.db,
    bus,
    permit: management,
    limits: noLimits,
    logto: options.logto,
    sweepMinutes: 0,
    untilKnown: untilKnownTo(decider),
    log,
  });
  stack.defer(() => sync.close());

  const stopping = new AbortController();
  const app = createApp({
    services: { db: database.db, decider, directory, bus, sync: sync.control, stopping: stopping.signal },
    verifyToken: createTokenVerifier({
      issuer: issuer.issuer,
      audience: testAudience,
      jwksUrl: issuer.jwksUrl,
    }),
    // Most tests want to see what somebody gets whom nobody has provisioned.
    admit: options.justInTime === true ? sync.admit : undefined,
    inbox: sync.inbox,
    signingKeys: [signingKey],
    freshness: options.freshness,
    readiness: { database: () => database.isReady(), pdp: () => decider.isReady() },
    webConfig: { logto: { endpoint: 'http://localhost:3001', appId: 'app' }, apiResource: testAudience },
    log,
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  stack.defer(async () => {
    stopping.abort();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;

  return {
    url,
    databaseUrl,
    sync,
    db: database.db,
    permit,
    directory,
    issuer,
    async as(subject, tenant) {
      const token = await issuer.sign({
        sub: subject,
        ...(tenant === undefined ? {} : { organization_id: tenant }),
      });
      return createTRPCClient<AppRouter>({
        links: [httpBatchLink({ url: `${url}/api/trpc`, headers: { authorization: `Bearer ${token}` } })],
      });
    },
    close: () => stack.disposeAsync(),
  };
}
