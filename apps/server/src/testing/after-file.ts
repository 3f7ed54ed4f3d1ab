import { afterAll } from 'vitest';

const opened: (() => Promise<unknown>)[] = [];

/**
 * Registers a function that closes what a test file has opened. It is called after the file's last test, the newest
 * first.
 */
export const afterFile = (close: () => Promise<unknown>): void => void opened.push(close);

/**
 * Calls the functions of `afterFile` after each test file. Call it in a Vitest setup file, so that its hook runs last.
 */
export function closeAfterEachFile(): void {
  afterAll(async () => {
    for (const close of opened.splice(0).toReversed()) await close();
  });
}
