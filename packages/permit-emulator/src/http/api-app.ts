import { Hono } from 'hono';
import { routes } from '../routes/all-routes.ts';
import { errorResponse, mountRoutes, unknownRoute, type RouteDeps } from './app.ts';

export function createApiApp({ account, decisions }: RouteDeps): Hono {
  const app = new Hono();
  app.onError(errorResponse);
  app.notFound(unknownRoute(routes));
  mountRoutes(app, routes, { account, decisions });
  return app;
}
