import { Hono } from 'hono';
import { routes } from '../routes/all-routes.ts';
import { openapiOf } from './openapi.ts';
import { errorResponse, mountRoutes, mountUnsupported, unknownRoute, type RouteDeps } from './app.ts';

export function createApiApp({ account, decisions }: RouteDeps): Hono {
  const app = new Hono();
  app.onError(errorResponse);
  app.notFound(unknownRoute(routes));
  // First, because some of their paths also match a template of the operations below.
  mountUnsupported(app);
  app.get('/v2/openapi.json', (context) => context.json(openapiOf(routes)));
  mountRoutes(app, routes, { account, decisions });
  return app;
}
