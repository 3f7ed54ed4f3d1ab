import { channel } from 'node:diagnostics_channel';
import type { Invalidation } from '@latchkey/permissions/permit';
import { z } from 'zod';

/*
 * Next gives pages and route handlers a module graph each, so the webhook does not have the decider that the pages ask. A
 * channel of Node has a name, and is the same in both.
 */
const invalidations = channel('@latchkey/next:invalidations');
const Message: z.ZodType<Invalidation> = z.object({
  subject: z.string().optional(),
  tenant: z.string().optional(),
});

/** Tells every decider of this process. They have heard when it returns. */
export function publishInvalidation(invalidation: Invalidation): void {
  invalidations.publish(invalidation);
}

/** The listener lives as long as the process, as a decider does. */
export function onInvalidation(listener: (invalidation: Invalidation) => void): void {
  invalidations.subscribe((message) => listener(Message.parse(message)));
}
