/** Carries changes from the management API to the PDP, in order. */
export interface Propagation {
  /** Applies the change after the delay; immediately when there is none. */
  publish(change: () => void): void;
  /**
   * Resolves to `true` when all pending changes have arrived, or to `false` after `timeout` milliseconds;
   * `undefined` waits without limit.
   */
  whenPropagated(timeout?: number): Promise<boolean>;
  close(): void;
}

interface Step {
  readonly due: number;
  run(): void;
}

export function createPropagation(delay: number): Propagation {
  const queue: Step[] = [];
  let timer: NodeJS.Timeout | undefined;

  const deliver = (): void => {
    timer = undefined;
    const now = performance.now();
    let arrived = 0;
    for (const step of queue) {
      if (step.due > now) break;
      step.run();
      arrived++;
    }
    queue.splice(0, arrived);
    schedule();
  };

  const schedule = (): void => {
    const [next] = queue;
    if (next === undefined || timer !== undefined) return;
    timer = setTimeout(deliver, Math.max(0, Math.ceil(next.due - performance.now())));
    timer.unref();
  };

  const enqueue = (run: () => void): void => {
    queue.push({ due: performance.now() + delay, run });
    schedule();
  };

  return {
    publish: delay === 0 ? (change) => change() : enqueue,
    whenPropagated(timeout) {
      if (queue.length === 0) return Promise.resolve(true);
      return new Promise((resolve) => {
        const last = queue.at(-1)?.due ?? 0;
        const expiry = timeout === undefined ? undefined : setTimeout(() => resolve(false), timeout);
        queue.push({
          due: last,
          run: () => {
            clearTimeout(expiry);
            resolve(true);
          },
        });
      });
    },
    close: () => clearTimeout(timer),
  };
}
