/** `wrong`: it answers, and cannot be trusted. `failing`: the server works without it, and somebody has to mend it. */
export type ComponentState = 'ok' | 'unavailable' | 'wrong' | 'failing';

/** The state of each component. */
export type Components = Readonly<Record<string, ComponentState>>;

/** By the name of the component. Each check bounds its own wait, and never rejects. */
export type ComponentChecks = Readonly<Record<string, () => Promise<ComponentState>>>;

/**
 * Asks the components. However many ask at the same time, each component is asked once; an answer is good for `rememberFor`
 * milliseconds, because probes, scrapes and people may come many times in a second. An answer that something is missing is good
 * for a tenth of it: what is there again is seen at once.
 */
export function createReadiness(checks: ComponentChecks, rememberFor: number): () => Promise<Components> {
  const ask = async (): Promise<Components> =>
    Object.fromEntries(
      await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await check()] as const)),
    );
  let asking: Promise<Components> | undefined;
  let answer: { readonly goodUntil: number; readonly components: Components } | undefined;
  return async () => {
    if (answer !== undefined && performance.now() < answer.goodUntil) return answer.components;
    asking ??= ask()
      .then((components) => {
        const areWell = Object.values(components).every((state) => state === 'ok');
        answer = { goodUntil: performance.now() + (areWell ? rememberFor : rememberFor / 10), components };
        return components;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
}
