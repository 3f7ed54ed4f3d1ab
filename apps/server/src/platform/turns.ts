import { AppError } from './app-error.ts';
import { within } from './within.ts';

export type InTurn = <Result>(run: () => Promise<Result>) => Promise<Result>;

/**
 * Runs at most `most` works at the same time. Others wait in order, for at most `patience` milliseconds.
 * @throws {AppError} `SERVER_BUSY`
 */
export function createTurns(most: number, patience?: number): InTurn {
  let free = most;
  const waiting = new Set<() => void>();
  const waitForTurn = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    if (patience === undefined) return promise;
    await within(patience, promise, () => {
      if (waiting.delete(resolve))
        throw new AppError('SERVER_BUSY', 'Too many changes are waiting. Try again.');
    });
  };
  return async (run) => {
    if (free > 0) free -= 1;
    else await waitForTurn();
    try {
      return await run();
    } finally {
      const [next] = waiting;
      if (next === undefined) free += 1;
      else {
        waiting.delete(next);
        next();
      }
    }
  };
}
