import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds: the whole wait, and the pause between two questions. */
const limits = { total: 2_000, pause: 50 };

/**
 * Waits until the PDP knows a fact that was just written to Permit, because it learns of it a moment later. Resolves after
 * two seconds in any case: the fact is written, and a gate that asks then answers as the PDP does. An outage of the PDP is
 * not this caller's error.
 */
export async function waitForPropagation(isKnown: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + limits.total;
  while (Date.now() < end) {
    // oxlint-disable-next-line no-await-in-loop -- one question after the other
    if (await isKnown().catch(() => false)) return;
    await sleep(limits.pause); // oxlint-disable-line no-await-in-loop
  }
}
