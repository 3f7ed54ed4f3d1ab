import type { Invalidation } from '@latchkey/permissions/permit';
import { z } from 'zod';
import type { Bus } from '../platform/bus/open-bus.ts';
import type { Topic } from '../platform/bus/topic.ts';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Notifications of changed facts in Permit. A message that names nothing means that anything may have changed, as does
 * a gap in the messages.
 */
export type FactChanges = Topic<Invalidation>;

/** Milliseconds after a change during which the PDP may still give the old answer. */
export const propagationDelay = 2_000;

const Change = z.object({
  subject: z.string().optional(),
  tenant: z.string().optional(),
  instance: z.string().optional(),
  assignment: z
    .object({
      role: z.string(),
      tenant: z.string(),
      instance: z.string().optional(),
      assigned: z.boolean(),
    })
    .optional(),
});

export function openFactChanges(bus: Bus): FactChanges {
  return bus.topic<Invalidation>({ name: 'facts-changed', schema: Change });
}

/** Milliseconds between two polls. */
const pause = 50;

/** Waits until the PDP knows a new fact, but no longer than the propagation delay. Ignores PDP outages. */
export async function waitForPropagation(isKnown: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + propagationDelay;
  while (Date.now() < end) {
    // oxlint-disable-next-line no-await-in-loop -- one question at a time
    if (await isKnown().catch(() => false)) return;
    await sleep(pause); // oxlint-disable-line no-await-in-loop
  }
}
