import { Router } from 'express';

/**
 * `/healthz`: liveness. `/readyz`: readiness, 503 while a component is unavailable or untrustworthy. `?exclude=pdp`
 * shows the PDP's state without effect on the status. `warnings` are shown unless `ok`, and never cause a 503.
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

/** `wrong`: the component responds, but cannot be trusted. `failing`: the server works without it. */
export type ComponentState = 'ok' | 'unavailable' | 'wrong' | 'failing';

export type Components = Readonly<Record<string, ComponentState>>;

/** Checks by component name. Each check has its own timeout and never rejects. */
export type ComponentChecks = Readonly<Record<string, () => Promise<ComponentState>>>;

/**
 * Concurrent callers share one check, and results are cached for `rememberFor` milliseconds. Failures are cached for a
 * tenth of that, so that a recovery is visible soon.
 */
export function createReadiness(checks: ComponentChecks, rememberFor: number): () => Promise<Components> {
  const ask = async (): Promise<Components> =>
    Object.fromEntries(
      await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await check()] as const)),
    );
  let pending: Promise<Components> | undefined;
  let answer: { readonly goodUntil: number; readonly components: Components } | undefined;
  return async () => {
    if (answer !== undefined && performance.now() < answer.goodUntil) return answer.components;
    pending ??= ask()
      .then((components) => {
        const areWell = Object.values(components).every((state) => state === 'ok');
        answer = { goodUntil: performance.now() + (areWell ? rememberFor : rememberFor / 10), components };
        return components;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };
}
