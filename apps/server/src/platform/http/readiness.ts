/** `wrong`: it responds, but cannot be trusted. `failing`: the server works without it, but an operator must fix it. */
export type ComponentState = 'ok' | 'unavailable' | 'wrong' | 'failing';

export type Components = Readonly<Record<string, ComponentState>>;

/** By component name. Each check has its own timeout, and never rejects. */
export type ComponentChecks = Readonly<Record<string, () => Promise<ComponentState>>>;

/**
 * Checks the components. Concurrent callers share one check, and results are cached for `rememberFor` milliseconds,
 * because probes, scrapes and users may poll many times a second. Failures are cached for a tenth of that, so that a
 * recovery shows soon.
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
