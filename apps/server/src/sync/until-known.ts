import { setTimeout as sleep } from 'node:timers/promises';
import { defaultTenant } from '@latchkey/directory-sync';
import type { Decider } from '@latchkey/permissions';

/** Milliseconds in all, and between two looks. */
const patience = { total: 2_000, step: 50 };

/**
 * Waits until the PDP has heard of somebody who was just created, so that the very request that brought them in is
 * decided by what they hold. Gives up quietly: the gate then answers as the PDP does.
 */
export function untilKnownTo(decider: Pick<Decider, 'grants'>): (subject: string) => Promise<void> {
  return async (subject) => {
    const end = Date.now() + patience.total;
    while (Date.now() < end) {
      // oxlint-disable-next-line no-await-in-loop -- each look depends on the one before
      const roles = await decider.grants(subject, defaultTenant).then(
        (grants) => grants.roles,
        () => [],
      );
      if (roles.length > 0) return;
      await sleep(patience.step); // oxlint-disable-line no-await-in-loop
    }
  };
}
