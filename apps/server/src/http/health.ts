import { Router } from 'express';

/** Named checks; each resolves to true when its component can serve. */
export type Readiness = Readonly<Record<string, () => Promise<boolean>>>;

/** `/healthz`: the process answers. `/readyz`: its components answer as well; 503 while one of them does not. */
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
