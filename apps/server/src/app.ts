import { randomUUID } from 'node:crypto';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { bearerToken } from './auth/bearer-token.ts';
import type { Identity, VerifyToken } from './auth/identity.ts';
import { health, type Readiness } from './http/health.ts';
import { notFound, problem } from './http/problem.ts';
import { webApp } from './http/web-app.ts';
import type { Inbox } from './inbox/inbox.ts';
import type { Admit } from './sync/admission.ts';
import type { Services } from './trpc/context.ts';
import { appRouter } from './trpc/router.ts';
import type { Freshness } from './webhooks/freshness.ts';
import { logtoWebhook } from './webhooks/logto-webhook.ts';

export interface AppDeps {
  readonly services: Services;
  readonly verifyToken: VerifyToken;
  /** Before the gates: refuses the revoked, provisions the unknown. Everyone with a good token passes without it. */
  readonly admit?: Admit | undefined;
  readonly inbox: Inbox;
  readonly signingKeys: readonly string[];
  /** How old a delivery may be; any age when absent. */
  readonly freshness?: Freshness | undefined;
  readonly readiness: Readiness;
  /** What the SPA needs to know before anyone is signed in. */
  readonly webConfig: {
    readonly logto: { readonly endpoint: string; readonly appId: string };
    readonly apiResource: string;
  };
  /** A folder with the built SPA; without one, only the API is served. */
  readonly webDist?: string | undefined;
  readonly log: Logger;
}

/** The whole server, not yet listening. */
export function createApp(deps: AppDeps): Express {
  const { services, verifyToken, admit, log, webConfig } = deps;
  const authenticate = async (header: string | undefined): Promise<Identity> => {
    const identity = await verifyToken(bearerToken(header));
    await admit?.(identity);
    return identity;
  };
  const app = express();
  app.disable('x-powered-by');
  app.use(
    pinoHttp({
      logger: log,
      genReqId: (_request, response) => {
        const id = randomUUID();
        response.setHeader('x-request-id', id);
        return id;
      },
      // Bodies are never logged, and of the headers only what identifies no one.
      serializers: {
        req: ({ id, method, url }: { id: string; method: string; url: string }) => ({
          id,
          method,
          url: url.split('?')[0],
        }),
        res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
      },
      // Probes come every few seconds; what they find is in their answer.
      autoLogging: { ignore: ({ url }) => url === '/healthz' || url === '/readyz' },
      customLogLevel: (_request, response, error) =>
        error !== undefined || response.statusCode >= 500 ? 'error' : 'debug',
    }),
  );
  // Before what only browsers need: deliveries come in bursts.
  app.use('/api/webhooks/logto', logtoWebhook(deps));
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: {
          'connect-src': ["'self'", webConfig.logto.endpoint],
          'form-action': ["'self'", webConfig.logto.endpoint],
          'img-src': ["'self'", 'data:', 'https:'],
        },
      },
    }),
  );
  app.use(health(deps.readiness));
  app.get('/api/config', (_request, response) => {
    response.set('cache-control', 'no-cache').json(webConfig);
  });
  app.use(
    '/api/trpc',
    createExpressMiddleware({
      router: appRouter,
      createContext: ({ req, res }) => {
        let identity: Promise<Identity> | undefined;
        return {
          requestId: res.get('x-request-id') ?? '',
          services,
          authenticate: () =>
            (identity ??= Promise.resolve().then(() => authenticate(req.headers.authorization))),
        };
      },
      onError({ error, path, req }) {
        if (error.code === 'INTERNAL_SERVER_ERROR' || error.code === 'SERVICE_UNAVAILABLE') {
          req.log.error({ err: error.cause ?? error, path }, 'procedure failed');
        }
      },
    }),
  );
  if (deps.webDist !== undefined) app.use(webApp(deps.webDist));
  app.use(notFound);
  app.use(problem);
  return app;
}
