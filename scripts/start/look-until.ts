import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds: the timeout, and the polling interval. */
const limits = { total: 10_000, pause: 50 };

/** Polls until the condition holds. @throws {Error} with `failure` after ten seconds */
export async function lookUntil(isSo: () => Promise<boolean>, failure: string): Promise<void> {
  const end = Date.now() + limits.total;
  while (Date.now() < end) {
    if (await isSo()) return; // oxlint-disable-line no-await-in-loop -- sequential polling
    await sleep(limits.pause); // oxlint-disable-line no-await-in-loop
  }
  throw new Error(failure);
}
