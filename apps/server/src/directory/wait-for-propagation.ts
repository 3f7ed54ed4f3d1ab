import { setTimeout as sleep } from 'node:timers/promises';
import { propagationDelay } from './fact-changes.ts';

/** Milliseconds between two polls. */
const pause = 50;

/**
 * Waits until the PDP knows a fact that was just written to Permit. Resolves after the propagation delay in any case:
 * the fact has been written, and later checks get the PDP's answer. Ignores PDP outages.
 */
export async function waitForPropagation(isKnown: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + propagationDelay;
  while (Date.now() < end) {
    // oxlint-disable-next-line no-await-in-loop -- one question at a time
    if (await isKnown().catch(() => false)) return;
    await sleep(pause); // oxlint-disable-line no-await-in-loop
  }
}
