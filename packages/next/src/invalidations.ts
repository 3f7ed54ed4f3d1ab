import { channel } from 'node:diagnostics_channel';
import type { Invalidation } from '@latchkey/permissions/permit';

/*
 * Next.js gives pages and route handlers separate module graphs, so the webhook cannot access the pages' decider. A Node
 * diagnostics channel is identified by name and shared by both.
 */
const invalidations = channel('@latchkey/next:invalidations');

/** Publishes synchronously to every decider of this process. */
export function publishInvalidation(invalidation: Invalidation): void {
  invalidations.publish(invalidation);
}

/** The listener lives as long as the process, like the decider. */
export function onInvalidation(listener: (invalidation: Invalidation) => void): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `publishInvalidation` publishes here
  invalidations.subscribe((message) => listener(message as Invalidation));
}
