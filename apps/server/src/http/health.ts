import { Router } from 'express';

/** Named checks, each true when that part can serve. */
export type Readiness = Readonly<Record<string, () => Promise<boolean>>>;

/**
 * `/healthz`: the process answers. `/readyz`: so do the parts that it needs, each asked at once; 503 while one does not.
 */
export function health(readiness: Readiness): Router {
  return Router()
    .get('/healthz', (_request, response) => {
      response.json({ status: 'ok' });
    })
    .get('/readyz', async (_request, response) => {
      const parts = await Promise.all(
        Object.entries(readiness).map(
          async ([name, check]) => [name, (await check()) ? 'ok' : 'unavailable'] as const,
        ),
      );
      const ready = parts.every(([, state]) => state === 'ok');
      response
        .status(ready ? 200 : 503)
        .json({ status: ready ? 'ok' : 'unavailable', components: Object.fromEntries(parts) });
    });
}
