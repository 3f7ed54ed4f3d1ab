import { randomUUID } from 'node:crypto';
import express, { type Express } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { callerOf } from './authentication/identity.ts';
import { type Freshness, createSigningKeys, logtoWebhook } from './features/sync/webhook/logto-webhook.ts';
import { createAccessApiHandler } from './features/access-api/access-api-handler.ts';
import { createAuditExportHandler } from './features/audit/export-handler.ts';
import { createContentExportHandler, createReportsExportHandler } from './features/reports/export-handler.ts';
import { createEvidenceHandler } from './features/reviews/evidence-handler.ts';
import {
  createMcpMetadata,
  createMcpRequestHandler,
  mcpPaths,
  type McpSettings,
  metadataPaths,
} from './features/mcp/mcp-handler.ts';
import { AppError } from './platform/app-error.ts';
import { closeUnread } from './platform/http/read-body.ts';
import type { Drain } from './platform/http/create-http-server.ts';
import { health } from './platform/http/health.ts';
import { observeRequests, type Observer } from './platform/metrics/observer.ts';
import {
  limitCallers,
  createRateLimits,
  noRateLimits,
  type RateLimitSettings,
} from './platform/http/limits/rate-limits.ts';
import { notFound, problem } from './platform/http/problem.ts';
import { securityHeaders } from './platform/http/security-headers.ts';
import { webApp } from './platform/http/web-app.ts';
import { describeError } from './platform/log/describe-error.ts';
import { oncePerMinute } from './platform/log/create-logger.ts';
import type { Services } from './wiring/open-services.ts';
import type { Authenticate } from './platform/trpc/context.ts';
import type { Tracing } from './platform/tracing/open-tracing.ts';
import { createContexts } from './platform/trpc/create-contexts.ts';
import { createHandler } from './platform/trpc/create-handler.ts';

export interface AppOptions {
  readonly services: Pick<
    Services,
    | 'router'
    | 'mcpTools'
    | 'subscriptions'
    | 'decider'
    | 'findPeople'
    | 'titles'
    | 'owners'
    | 'members'
    | 'authenticate'
    | 'audit'
    | 'database'
    | 'now'
    | 'onDecision'
    | 'readiness'
    | 'warnings'
    | 'sync'
    | 'accessApi'
  >;
  readonly signingKeys: readonly string[];
  /** The maximum age of a delivery. Default: no limit. */
  readonly freshness?: Freshness | undefined;
  readonly webConfig: {
    readonly logto: { readonly endpoint: string; readonly appId: string };
    readonly apiResource: string;
  };
  readonly consoleUrl?: string | undefined;
  /** The MCP server for applications that people connect. Default: none. */
  readonly mcp?: McpSettings | undefined;
  /** A folder with the built SPA. Default: only the API is served. */
  readonly webDist?: string | undefined;
  readonly observer?: Pick<Observer, 'requestAnswered' | 'callEnded'> | undefined;
  readonly tracing?: Pick<Tracing, 'requests' | 'call'> | undefined;
  readonly drain: Drain;
  readonly rateLimits?: RateLimitSettings | undefined;
  /** The proxies whose X-Forwarded-* headers are trusted, as in Express's `trust proxy`. Default: none. */
  readonly trustProxy?: number | readonly string[] | undefined;
  readonly log: Logger;
}

/** Creates the server's HTTP routes; does not listen. */
export function createApp(options: AppOptions): Express {
  const { services, webConfig, observer, tracing } = options;
  const app = express();
  app.disable('x-powered-by');
  // A path in another case, such as `/API`, is not part of the API and does not get the API's headers.
  app.enable('case sensitive routing');
  app.set('trust proxy', options.trustProxy ?? false);
  const limits = createRateLimits(options.rateLimits ?? noRateLimits, services.database.db.$client);
  const authenticateAll = limitCallers(services.authenticate, limits);
  /** Only the MCP server accepts applications that act for a person, and it accepts no others. */
  const authenticateAt =
    (isMcp: boolean): Authenticate =>
    async (exchange) => {
      const caller = await authenticateAll(exchange);
      if ((caller.identity.via !== undefined) === isMcp) return caller;
      throw new AppError('TOKEN_AUDIENCE', 'The token is for another API.');
    };
  const authenticate = authenticateAt(false);
  const exporting: Authenticate = async (exchange) => {
    const caller = await authenticate(exchange);
    await limits.exports.consume(callerOf(caller.identity).subject, exchange.response);
    return caller;
  };
  app.use(requestLog(options.log));
  if (tracing !== undefined) app.use(tracing.requests);
  if (observer !== undefined) app.use(observeRequests(observer.requestAnswered));
  app.use(options.drain.middleware);
  app.use(closeUnread);
  // Registered before the middleware that sets headers for browsers, to keep bursts of deliveries cheap.
  app.use(
    '/api/webhooks/logto',
    logtoWebhook({
      inbox: services.sync.inbox,
      signingKeys: createSigningKeys(options.signingKeys, webConfig.logto.endpoint),
      freshness: options.freshness,
      limit: limits.deliveries,
      onWrongSignature: warnOfWrongKey(options.log),
    }),
  );
  app.use(
    securityHeaders({
      logtoEndpoint: webConfig.logto.endpoint,
      isHttpsOnly: options.consoleUrl?.startsWith('https:') === true,
    }),
  );
  app.use(health(services.readiness, services.warnings));
  app.get('/api/config', (_request, response) => {
    response.set('cache-control', 'no-cache').json(webConfig);
  });
  app.get(
    '/api/audit/export',
    createAuditExportHandler({
      ...services.titles,
      findPeople: services.findPeople,
      db: services.database.db,
      audit: services.audit.record,
      authenticate: exporting,
      now: services.now,
    }),
  );
  app.get(
    '/api/reports/export',
    createReportsExportHandler({
      db: services.database.db,
      decider: services.decider,
      owners: services.owners,
      people: services.members.people,
      findPeople: services.findPeople,
      audit: services.audit.record,
      authenticate: exporting,
      now: services.now,
    }),
  );
  app.get(
    '/api/reports/:id/export',
    createContentExportHandler({
      db: services.database.db,
      audit: services.audit.record,
      authenticate: exporting,
    }),
  );
  app.get(
    '/api/reviews/:id/evidence',
    createEvidenceHandler({
      db: services.database.patient,
      findPeople: services.findPeople,
      audit: services.audit.record,
      authenticate: exporting,
      now: services.now,
    }),
  );
  const accessApi = createAccessApiHandler({
    ...services.accessApi,
    url: options.consoleUrl && new URL(options.consoleUrl).origin,
    authenticate,
    audit: services.audit.record,
  });
  app.use('/access/v1', accessApi);
  app.get('/.well-known/authzen-configuration', accessApi);
  const contextOf = createContexts({
    ...services,
    changes: limits.changes,
    traceCall: tracing?.call,
    onCallEnded: observer && ((path, code, duration) => observer.callEnded({ path, code, duration })),
  });
  app.use('/api/trpc', createHandler({ router: services.router, authenticate, contextOf }));
  if (options.mcp !== undefined) {
    const { mcp } = options;
    app.get(metadataPaths(mcp), createMcpMetadata(mcp));
    app.all(
      mcpPaths(mcp),
      createMcpRequestHandler({
        mcp,
        tools: services.mcpTools,
        authenticate: authenticateAt(true),
        contextOf,
        log: options.log,
      }),
    );
  }
  if (options.webDist !== undefined) app.use(webApp(options.webDist));
  app.use(notFound);
  app.use(problem);
  return app;
}

function requestLog(logger: Logger) {
  return pinoHttp({
    logger,
    genReqId: (_request, response) => {
      const id = randomUUID();
      response.setHeader('x-request-id', id);
      return id;
    },
    // Bodies, queries and headers are not logged: they contain personal data and secrets.
    wrapSerializers: false,
    serializers: {
      err: describeError,
      req: ({ id, method, url }: { id: string; method: string; url: string }) => ({
        id,
        method,
        url: url.split('?')[0],
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
    // Probes arrive every few seconds, and their responses already contain the results.
    autoLogging: { ignore: ({ url = '' }) => /^\/(healthz|readyz)(\?|$)/.test(url) },
    customLogLevel: (_request, response, error) =>
      error !== undefined || response.statusCode >= 500 ? 'error' : 'debug',
  });
}

function warnOfWrongKey(log: Logger): () => void {
  return oncePerMinute(() =>
    log.warn(
      { code: 'WEBHOOK_SIGNATURE_INVALID' },
      'a delivery is signed with a key that LOGTO_WEBHOOK_SIGNING_KEYS does not have',
    ),
  );
}
