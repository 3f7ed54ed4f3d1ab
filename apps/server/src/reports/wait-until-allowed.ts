import { setTimeout as sleep } from 'node:timers/promises';
import type { Permissions } from '@latchkey/permissions';
import type { AppPermission, AppRole } from '@latchkey/policy';

/** Milliseconds in all, and between two looks. */
const patience = { total: 2_000, step: 100 };

/**
 * Waits for a role that was just assigned to reach the PDP, which learns of it a moment later. Gives up quietly: the
 * assignment is made, and the page asks again by itself. Whatever keeps the PDP from answering is not this caller's error.
 */
export async function waitUntilAllowed(
  permissions: Permissions<AppPermission, AppRole>,
  permission: AppPermission,
  instance: string,
): Promise<void> {
  const end = Date.now() + patience.total;
  while (Date.now() < end) {
    // oxlint-disable-next-line no-await-in-loop -- each look depends on the one before
    const allowed = await permissions.check(permission, instance).then(
      ({ outcome }) => outcome === 'allow',
      () => false,
    );
    if (allowed) return;
    await sleep(patience.step); // oxlint-disable-line no-await-in-loop
  }
}
