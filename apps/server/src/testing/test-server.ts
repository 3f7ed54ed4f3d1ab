import type { Emulator } from '@latchkey/permit-emulator';
import type { Policy } from '@latchkey/permissions';
import type { PermitDirectory } from '@latchkey/permissions/permit';
import { logtoIdOf, noLimits, type Limits, type LogtoManagementOptions } from '@latchkey/directory-sync';
import { startPermitEmulator } from '@latchkey/directory-sync/testing';
import { policy } from '@latchkey/policy';
import { createTRPCClient, httpBatchLink, type TRPCClient } from '@trpc/client';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { createApp } from '../app.ts';
import type { NoticeSettings } from '../features/notices/open-notices.ts';
import type { CheckSeconds } from '../features/sync/checks/open-checks.ts';
import type { DirectorySync } from '../features/sync/open-directory-sync.ts';
import type { Freshness } from '../features/sync/webhook/logto-webhook.ts';
import { createHttpServer, createDrain } from '../platform/http/create-http-server.ts';
import { noRateLimits, type RateLimitSettings } from '../platform/http/limits/rate-limits.ts';
import { createLogger } from '../platform/log/create-logger.ts';
import { createScrape } from '../wiring/create-scrape.ts';
import type { Metrics } from '../platform/metrics/prometheus.ts';
import type { AppRouter } from '../router.ts';
import type { ServiceSettings, Deadlines } from '../wiring/service-settings.ts';
import { openServices, type Services } from '../wiring/open-services.ts';
import type { Tracing } from '../platform/tracing/open-tracing.ts';
import { viewAsHeader } from '../platform/trpc/context.ts';
import { afterEachTest, afterFile } from './after-file.ts';
import { freshDatabase } from './fresh-database.ts';
import {
  startTestIssuer,
  testAudience,
  testClient,
  testMcpResource,
  type TestIssuer,
} from './test-issuer.ts';
import { permitSdk } from './permit-sdk.ts';
import { portOf } from './serve.ts';

export interface TestServerOptions {
  /** The connection to Logto's Management API. If absent, sync runs in payload mode. */
  readonly logto?: LogtoManagementOptions;
  readonly freshness?: Freshness;
  readonly limits?: Limits;
  /** Minutes between sweeps. Default: 0, no sweeps, even after a gap. */
  readonly sweepMinutes?: number;
  /** Seconds between checks of Logto. Default: 0, no checks. */
  readonly checkSeconds?: Partial<CheckSeconds>;
  /** Overrides of `patience`. */
  readonly deadlines?: Deadlines;
  /** Another server's database, to be its replica or its successor. Default: a new, migrated one. */
  readonly databaseUrl?: string;
  /** The Permit emulator and the issuer of another server. Default: new ones. */
  readonly upstreams?: Upstreams;
  /** Overrides the addresses of services, for a proxy that injects faults. */
  readonly addresses?: { readonly permitApi?: string; readonly pdp?: string; readonly jwks?: string };
  /** Milliseconds for which a decision is cached unless it is invalidated. Default: the server's own. */
  readonly decisionTtl?: number;
  /** The URL of the console. Default: unknown. */
  readonly consoleUrl?: string;
  /** The URLs of the vendors' consoles. Default: none. */
  readonly vendorConsoles?: { readonly logto: string; readonly permit: string };
  /** How requests are approved. Default: as the policy defines. */
  readonly approvalRules?: ServiceSettings['approvalRules'];
  /** The notice channels. Default: none. */
  readonly notices?: NoticeSettings;
  /** The audit log. Default: retained for a year, buffered in memory during a PostgreSQL outage. */
  readonly audit?: ServiceSettings['audit'];
  /** A folder with the built SPA. Default: only the API is served. */
  readonly webDist?: string;
  /** Default: no rate limits. */
  readonly rateLimits?: Partial<RateLimitSettings>;
  /** The trusted proxies. Default: none. */
  readonly trustProxy?: number | readonly string[];
  /** The clock by which grants end. Default: the real one. */
  readonly now?: () => Date;
  /** Serves metrics. Default: none. */
  readonly metrics?: Metrics;
  /** Default: no tracing. */
  readonly tracing?: Tracing;
  /** Called with every line that the server logs, at every level. */
  readonly onLog?: (line: string) => void;
}

/** A user to create in Permit, and the role to give them: a role of the policy, or one that a test added in Permit. */
export type Joining = Partial<Parameters<PermitDirectory<Policy>['provisionUser']>[0]> & {
  readonly role?: string;
  readonly tenant?: string;
};
export interface Joined {
  readonly key: string;
  readonly client: Client;
}

/** The console's client for the API. */
export type Client = TRPCClient<AppRouter>;

export interface TestServer extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly sync: DirectorySync;
  readonly members: Services['members'];
  readonly audit: Services['audit'];
  readonly explanations: Services['explanations'];
  readonly router: AppRouter;
  readonly url: string;
  /** Scrapes like Prometheus; rejects without `metrics`. */
  readonly scrape: () => Promise<string>;
  readonly db: NodePgDatabase;
  readonly permit: Emulator;
  /** The directory, typed for any policy: tests pass names as strings, which are checked at run time. */
  readonly directory: PermitDirectory<Policy>;
  readonly issuer: TestIssuer;
  /**
   * A console client for this user. Makes the user known to the server first, so that the client's calls do not
   * provision them. `view`: the id of a view as another user.
   */
  as(subject: string, tenant?: string, view?: string): Promise<Client>;
  /** Like `as`, but the first call provisions a user who is unknown to the server. */
  asNewcomer(subject: string, tenant?: string, view?: string): Promise<Client>;
  /** Gets a path of the API over HTTP as this user. */
  get(path: string, subject: string, tenant?: string): Promise<Response>;
  /**
   * Gives a user a role. Default: gives a new user the role `viewer` in the tenant `default`. Resolves to the user's
   * key and client.
   */
  join(user?: Joining): Promise<Joined>;
  close(): Promise<void>;
}

/** Services shared by servers that replace or accompany one another. */
export interface Upstreams {
  readonly permit: Emulator;
  readonly issuer: TestIssuer;
}

/**
 * Starts the Permit emulator with the policy applied, and an issuer of tokens. Both are closed after the test file, and
 * Permit's faults end with each test.
 */
export async function startUpstreams(
  options: { readonly propagationDelay?: number; readonly hostedPdp?: boolean } = {},
): Promise<Upstreams> {
  const permit = await startPermitEmulator(policy, options);
  afterFile(async () => permit[Symbol.asyncDispose]());
  afterEachTest(() => permit.emulator.faults.clear());
  return { permit: permit.emulator, issuer: await startTestIssuer() };
}

/**
 * Timeouts in milliseconds, which even a busy machine does not exceed, although the services run in this process. Tests
 * of a timeout set their own.
 */
const patience: Deadlines = {
  database: 60_000,
  pdp: 60_000,
  jwks: 60_000,
  permitApi: 60_000,
  names: 60_000,
  firstCall: 60_000,
};

/** Generous, so that a client on a busy machine does not count as slow. */
const slowClients = { headersTimeout: 600_000, requestTimeout: 600_000, keepAliveTimeout: 600_000 };

export const signingKey = '8Cang8t1c7xbmwKDmvhUL0kysXVhYpBJ';

/**
 * Starts the whole server with a real PostgreSQL and with the Permit emulator, to which the policy is applied. The test
 * signs the tokens. Closed after the file at the latest.
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { permit, issuer } = options.upstreams ?? (await startUpstreams());
  const databaseUrl = options.databaseUrl ?? (await freshDatabase());
  // Registered after the database and the upstreams, so that the server is closed before they are.
  const stack = new AsyncDisposableStack();
  afterFile(() => stack.disposeAsync());
  const { onLog } = options;
  const log = createLogger(onLog === undefined ? 'silent' : 'trace', { write: onLog ?? (() => {}) });

  const services = stack.use(
    await openServices({
      databaseUrl,
      permit: {
        apiUrl: options.addresses?.permitApi ?? permit.url,
        pdpUrl: options.addresses?.pdp ?? permit.pdpUrl,
        apiKey: permit.keys.environment,
        decider: {
          // The breaker stays closed, so that the outage of one test does not affect the next one.
          breakAfter: Number.MAX_SAFE_INTEGER,
          ...(options.decisionTtl === undefined ? {} : { cache: { ttl: options.decisionTtl } }),
        },
      },
      tokens: {
        issuer: issuer.issuer,
        audience: testAudience,
        jwksUrl: options.addresses?.jwks ?? issuer.jwksUrl,
        clients: [testClient],
        delegated: testMcpResource,
      },
      sync: {
        logto: options.logto,
        limits: options.limits ?? noLimits,
        sweepMinutes: options.sweepMinutes ?? 0,
        checkSeconds: { deliveries: 0, roles: 0, ...options.checkSeconds },
        signingKeys: [signingKey],
      },
      consoleUrl: options.consoleUrl,
      deadlines: { ...patience, ...options.deadlines },
      vendorConsoles: options.vendorConsoles ?? {},
      ...(options.audit === undefined ? {} : { audit: options.audit }),
      ...(options.notices === undefined ? {} : { notices: options.notices }),
      approvalRules: options.approvalRules,
      ...(options.now === undefined ? {} : { now: options.now }),
      observer: options.metrics,
      tracing: options.tracing,
      // Readiness is not cached, so that a fault is visible immediately.
      rememberReadiness: 0,
      log,
    }),
  );
  const directory: TestServer['directory'] = services.directory;
  const app = createApp({
    services,
    drain: createDrain(),
    tracing: options.tracing,
    observer: options.metrics,
    signingKeys: [signingKey],
    freshness: options.freshness,
    consoleUrl: options.consoleUrl,
    mcp: { resource: testMcpResource, issuer: issuer.issuer },
    webDist: options.webDist,
    rateLimits: { ...noRateLimits, ...options.rateLimits },
    trustProxy: options.trustProxy,
    webConfig: { logto: { endpoint: 'http://localhost:3001', appId: 'app' }, apiResource: testAudience },
    log,
  });
  const server = createHttpServer(app, slowClients).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  stack.defer(async () => {
    services.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  await services.onListening();
  const address = server.address();
  const url = `http://127.0.0.1:${portOf(address)}`;

  const bearer = async (subject: string, tenant?: string): Promise<string> =>
    `Bearer ${await issuer.sign({ sub: subject, ...(tenant === undefined ? {} : { organization_id: tenant }) })}`;
  const asNewcomer: TestServer['asNewcomer'] = async (subject, tenant, view) => {
    const headers = {
      authorization: await bearer(subject, tenant),
      ...(view === undefined ? {} : { [viewAsHeader]: view }),
    };
    return createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${url}/api/trpc`, headers })] });
  };
  const as: TestServer['as'] = async (subject, tenant, view) => {
    await services.sync.revocations.rememberActive([logtoIdOf(subject)]);
    return asNewcomer(subject, tenant, view);
  };
  return {
    url,
    scrape:
      options.metrics === undefined
        ? () => Promise.reject(new Error('Without metrics.'))
        : createScrape(options.metrics, services, log),
    databaseUrl,
    sync: services.sync,
    members: services.members,
    audit: services.audit,
    explanations: services.explanations,
    router: services.router,
    db: services.database.db,
    permit,
    directory,
    issuer,
    as,
    asNewcomer,
    get: async (path, subject, tenant) =>
      fetch(url + path, { headers: { authorization: await bearer(subject, tenant) } }),
    async join({ key = `person-${crypto.randomUUID()}`, role = 'viewer', tenant = 'default', ...user } = {}) {
      const isInPolicy = Object.hasOwn(policy.roles, role);
      await directory.provisionUser({ key, ...user }, { role: isInPolicy ? role : 'viewer', tenant });
      if (!isInPolicy) {
        await permitSdk(permit).api.users.assignRole({ user: key, role, tenant });
        await directory.unassignRole({ user: key, role: 'viewer', tenant });
      }
      return { key, client: await as(key, tenant === 'default' ? undefined : tenant) };
    },
    close: () => stack.disposeAsync(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
