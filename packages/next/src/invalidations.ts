import { channel } from 'node:diagnostics_channel';
import type { Invalidation } from '@latchkey/permissions/permit';
import { z } from 'zod';

/*
 * Next.js gives pages and route handlers separate module graphs, so the webhook cannot access the pages' decider. A Node
 * diagnostics channel is identified by name and shared by both.
 */
const invalidations = channel('@latchkey/next:invalidations');
const Message: z.ZodType<Invalidation> = z.object({
  subject: z.string().optional(),
  tenant: z.string().optional(),
});

/** Publishes synchronously to every decider of this process. */
export function publishInvalidation(invalidation: Invalidation): void {
  invalidations.publish(invalidation);
}

/** The listener lives as long as the process, like the decider. */
export function onInvalidation(listener: (invalidation: Invalidation) => void): void {
  invalidations.subscribe((message) => listener(Message.parse(message)));
}
