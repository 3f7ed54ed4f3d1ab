import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { isOutage } from '../../../platform/database/outage.ts';

/**
 * Batches its calls, each of which passes one item: items that arrive in one turn of the event loop, or during a
 * commit, are committed together. In a database outage, all calls of the batch reject. If the database refuses a value,
 * the batch is divided until only the call with that value rejects.
 */
export function groupCommits<Item, Result>(
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
  largest = 200,
): (item: Item) => Promise<Result> {
  type Waiting = {
    readonly item: Item;
    readonly resolve: (result: Result) => void;
    readonly reject: (error: unknown) => void;
  };
  let waiting: Waiting[] = [];
  let running = false;

  const commitGroup = async (group: readonly Waiting[]): Promise<void> => {
    try {
      const results = await commit(group.map(({ item }) => item));
      for (const [index, { resolve, reject }] of group.entries()) {
        const result = results[index];
        if (result === undefined) reject(new TypeError('A group came back short.'));
        else resolve(result);
      }
    } catch (error) {
      if (group.length === 1 || isOutage(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
      const middle = Math.ceil(group.length / 2);
      await commitGroup(group.slice(0, middle));
      await commitGroup(group.slice(middle));
    }
  };
  const run = async (): Promise<void> => {
    running = true;
    /* oxlint-disable no-await-in-loop -- one commit at a time */
    for (;;) {
      // Lets all requests that arrived together be parsed before the first is written.
      await turnOfTheLoop();
      const group = waiting.slice(0, largest);
      if (group.length === 0) break;
      waiting = waiting.slice(largest);
      await commitGroup(group);
    }
    /* oxlint-enable no-await-in-loop */
    running = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void run();
    });
}
