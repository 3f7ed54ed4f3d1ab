import { Router } from 'express';
import type { Components } from './readiness.ts';

/**
 * `/healthz`: liveness. `/readyz`: readiness of the components; 503 while one of them is unavailable or untrustworthy.
 * `/readyz?exclude=pdp` shows the state of the component, but does not answer 503 because of it. `warnings` are shown
 * when they are not `ok`, and never cause a 503.
 */
export function health(
  readiness: () => Promise<Components>,
  readWarnings: () => Promise<Components> = async () => ({}),
): Router {
  return Router()
    .get('/healthz', (_request, response) => {
      response.json({ status: 'ok' });
    })
    .get('/readyz', async (request, response) => {
      const excluded = new Set([request.query['exclude']].flat());
      const [components, conditions] = await Promise.all([readiness(), readWarnings()]);
      const warnings = Object.entries(conditions).filter(([, state]) => state !== 'ok');
      const isReady = Object.entries(components).every(
        ([name, state]) => state === 'ok' || excluded.has(name),
      );
      response
        .status(isReady ? 200 : 503)
        .set('cache-control', 'no-store')
        .json({
          status: isReady ? 'ok' : 'unavailable',
          components,
          ...(warnings.length > 0 && { warnings: Object.fromEntries(warnings) }),
        });
    });
}
