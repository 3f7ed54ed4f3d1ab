import { afterAll } from 'vitest';

const opened: (() => Promise<unknown>)[] = [];

/** Closes what a test file has opened, after its last test: the newest first. */
export const afterFile = (close: () => Promise<unknown>): void => void opened.push(close);

/** For a Vitest setup file, so that this is the last hook of each test file. */
export function closeAfterEachFile(): void {
  afterAll(async () => {
    for (const close of opened.splice(0).toReversed()) await close();
  });
}
