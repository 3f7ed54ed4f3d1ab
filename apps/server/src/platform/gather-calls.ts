import type { InTurn } from './turns.ts';

/** Call it only within `inTurn`. */
export type Send<Item, Result> = (item: Item) => Promise<Result>;

/**
 * Gathers what concurrent works send into one call. At most `concurrency` works run at the same time, apart from those
 * that wait in `send`. When all works wait or have ended, `sendAll` returns the results in the order of the items.
 */
export function gatherCalls<Item, Result>(
  sendAll: (items: readonly Item[]) => readonly Promise<Result>[],
  concurrency: number,
): { readonly inTurn: InTurn; readonly send: Send<Item, Result> } {
  let free = concurrency;
  const entering: (() => void)[] = [];
  const sent: { readonly item: Item; readonly resolve: (result: Promise<Result>) => void }[] = [];
  const enter = async (): Promise<void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => entering.push(resolve));
  };
  const leave = (): void => {
    const next = entering.shift();
    if (next !== undefined) return next();
    free += 1;
    if (free < concurrency || sent.length === 0) return undefined;
    const all = sent.splice(0);
    sendAll(all.map(({ item }) => item)).forEach((result, index) => all[index]?.resolve(result));
    return undefined;
  };
  return {
    async inTurn(run) {
      await enter();
      try {
        return await run();
      } finally {
        leave();
      }
    },
    async send(item) {
      const result = new Promise<Result>((resolve) => sent.push({ item, resolve }));
      leave();
      try {
        return await result;
      } finally {
        await enter();
      }
    },
  };
}
