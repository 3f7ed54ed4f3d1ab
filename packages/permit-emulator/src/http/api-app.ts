import type { Faults } from '@latchkey/emulator-kit';
import { Hono } from 'hono';
import type { Account } from '../model/account.ts';
import type { DecisionLog } from '../pdp/decision-log.ts';
import { routes } from '../routes/index.ts';
import { errorResponse, mountRoutes, unknownRoute } from './app.ts';

export interface ApiDeps {
  /** Asked for at every request, because `reset()` replaces it. */
  readonly account: () => Account;
  readonly decisions: DecisionLog;
  readonly faults: Faults;
}

export function createApiApp({ account, decisions }: ApiDeps): Hono {
  const app = new Hono();
  app.onError(errorResponse);
  app.notFound(unknownRoute(routes));
  mountRoutes(app, routes, { account, decisions });
  return app;
}
