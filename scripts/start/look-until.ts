import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds: the most that is waited, and the pause between two looks. */
const limits = { total: 10_000, pause: 50 };

/** Looks again and again until it is so. @throws {Error} with `failure` after ten seconds */
export async function lookUntil(isSo: () => Promise<boolean>, failure: string): Promise<void> {
  const end = Date.now() + limits.total;
  while (Date.now() < end) {
    if (await isSo()) return; // oxlint-disable-line no-await-in-loop -- one look after the other
    await sleep(limits.pause); // oxlint-disable-line no-await-in-loop
  }
  throw new Error(failure);
}
