import { afterAll, afterEach } from 'vitest';

const opened: (() => Promise<unknown>)[] = [];

/**
 * Registers a function that closes what a test file has opened. It is called after the file's last test, the newest
 * first.
 */
export const afterFile = (close: () => Promise<unknown>): void => void opened.push(close);

const cleaned: (() => void)[] = [];

/** Registers a function that is called after each test of the file, for example to end the faults of an emulator. */
export const afterEachTest = (clean: () => void): void => void cleaned.push(clean);

/**
 * Calls the functions of `afterEachTest` and `afterFile` when a test or a file has ended. Call it in a Vitest setup file,
 * so that its hooks run last.
 */
export function closeAfterEachFile(): void {
  afterEach(() => {
    for (const clean of cleaned) clean();
  });
  afterAll(async () => {
    cleaned.length = 0;
    for (const close of opened.splice(0).toReversed()) await close();
  });
}
