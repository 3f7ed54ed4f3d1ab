import { randomUUID } from 'node:crypto';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import type { Freshness } from './features/sync/webhook/freshness.ts';
import { logtoWebhook } from './features/sync/webhook/logto-webhook.ts';
import { health } from './http/health.ts';
import { notFound, problem } from './http/problem.ts';
import { webApp } from './http/web-app.ts';
import type { Services } from './services.ts';
import type { SignedIn } from './trpc/context.ts';

export interface AppOptions {
  readonly services: Pick<Services, 'router' | 'authenticate' | 'readiness' | 'sync'>;
  readonly signingKeys: readonly string[];
  /** How old a delivery may be; any age when absent. */
  readonly freshness?: Freshness | undefined;
  /** What the SPA needs to know before anyone is signed in. */
  readonly webConfig: {
    readonly logto: { readonly endpoint: string; readonly appId: string };
    readonly apiResource: string;
  };
  /** A folder with the built SPA; without it, only the API is served. */
  readonly webDist?: string | undefined;
  readonly log: Logger;
}

/** The server's HTTP routes, not yet listening. */
export function createApp(options: AppOptions): Express {
  const { services, webConfig } = options;
  const app = express();
  app.disable('x-powered-by');
  app.use(requestLog(options.log));
  // Before the headers that only browsers need, because deliveries come in bursts.
  app.use(
    '/api/webhooks/logto',
    logtoWebhook({
      inbox: services.sync.inbox,
      signingKeys: options.signingKeys,
      freshness: options.freshness,
    }),
  );
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
  app.use(health(services.readiness));
  app.get('/api/config', (_request, response) => {
    response.set('cache-control', 'no-cache').json(webConfig);
  });
  app.use('/api/trpc', procedures(services));
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
    // No body, no query and no header is logged: they hold personal data and secrets.
    serializers: {
      req: ({ id, method, url }: { id: string; method: string; url: string }) => ({
        id,
        method,
        url: url.split('?')[0],
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
    // Probes come every few seconds, and their answer says what they found.
    autoLogging: { ignore: ({ url }) => url === '/healthz' || url === '/readyz' },
    customLogLevel: (_request, response, error) =>
      error !== undefined || response.statusCode >= 500 ? 'error' : 'debug',
  });
}

function procedures({ router, authenticate }: Pick<Services, 'router' | 'authenticate'>) {
  return createExpressMiddleware({
    router,
    createContext: ({ req, res }) => {
      let signedIn: Promise<SignedIn> | undefined;
      return {
        requestId: res.get('x-request-id') ?? '',
        authenticate: () => (signedIn ??= authenticate(req.headers.authorization)),
      };
    },
    onError({ error, path, req }) {
      if (error.code === 'INTERNAL_SERVER_ERROR' || error.code === 'SERVICE_UNAVAILABLE') {
        req.log.error({ err: error.cause ?? error, path }, 'procedure failed');
      }
    },
  });
}
