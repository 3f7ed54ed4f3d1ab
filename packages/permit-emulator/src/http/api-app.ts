import { Hono, type MiddlewareHandler } from 'hono';
import { routes } from '../routes/all-routes.ts';
import { openapiOf } from './openapi.ts';
import { errorResponse, mountRoutes, unknownRoute, type RouteDeps } from './app.ts';

interface ApiDeps extends RouteDeps {
  /** Refuses requests above a limit, before anything else. */
  readonly limits?: MiddlewareHandler | undefined;
}

export function createApiApp({ account, decisions, limits }: ApiDeps): Hono {
  const app = new Hono();
  app.onError(errorResponse);
  app.notFound(unknownRoute(routes));
  if (limits !== undefined) app.use(limits);
  app.get('/v2/openapi.json', (context) => context.json(openapiOf(routes)));
  mountRoutes(app, routes, { account, decisions });
  return app;
}
