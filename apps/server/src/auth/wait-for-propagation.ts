import { setTimeout as sleep } from 'node:timers/promises';
import { propagationDelay } from './fact-changes.ts';

/** Milliseconds between two questions. */
const pause = 50;

/**
 * Waits until the PDP knows a fact that was just written to Permit, because it learns of it a moment later. Resolves after
 * the propagation delay in any case: the fact is written, and a gate that asks then answers as the PDP does. An outage of the PDP is
 * not this caller's error.
 */
export async function waitForPropagation(isKnown: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + propagationDelay;
  while (Date.now() < end) {
    // oxlint-disable-next-line no-await-in-loop -- one question after the other
    if (await isKnown().catch(() => false)) return;
    await sleep(pause); // oxlint-disable-line no-await-in-loop
  }
}
