/** Limits a warning that may repeat often: calls `run` at most once a minute, and drops the calls in between. */
export function oncePerMinute<Args extends unknown[]>(run: (...args: Args) => void): (...args: Args) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (...args) => {
    if (performance.now() - last < 60_000) return;
    last = performance.now();
    run(...args);
  };
}
