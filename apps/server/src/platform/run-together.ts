/** Sends an item as part of one call for all tasks. */
export type Send<Item, Result> = (item: Item) => Promise<Result>;

interface Together<Task, Item, Result, Output> {
  /** Sends at most one item. */
  readonly run: (task: Task, send: Send<Item, Result>) => Promise<Output>;
  /** Returns the results in the order of the items. */
  readonly sendAll: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>;
  /** The number of tasks that run at the same time, except those that wait for `sendAll`. */
  readonly concurrency: number;
}

/**
 * Runs tasks of which each sends something in the middle: `sendAll` is called once, when every task has sent its item or
 * has ended without one.
 */
export async function runTogether<Task, Item, Result, Output>(
  tasks: readonly Task[],
  { run, sendAll, concurrency }: Together<Task, Item, Result, Output>,
): Promise<PromiseSettledResult<Output>[]> {
  const waiting: (() => void)[] = [];
  let free = concurrency;
  const enter = async (): Promise<void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };

  const items: Item[] = [];
  const sent = Promise.withResolvers<readonly PromiseSettledResult<Result>[]>();
  let left = tasks.length;
  const arrive = (): void => {
    left -= 1;
    if (left === 0) sent.resolve(sendAll(items));
  };
  const runOne = async (task: Task): Promise<Output> => {
    let hasArrived = false;
    await enter();
    try {
      return await run(task, async (item) => {
        const index = items.push(item) - 1;
        hasArrived = true;
        arrive();
        leave();
        const [results] = await Promise.allSettled([sent.promise]);
        await enter();
        if (results.status === 'rejected') throw results.reason;
        const result = results.value[index];
        if (result?.status !== 'fulfilled') throw result?.reason;
        return result.value;
      });
    } finally {
      leave();
      if (!hasArrived) arrive();
    }
  };
  return Promise.allSettled(tasks.map(runOne));
}
