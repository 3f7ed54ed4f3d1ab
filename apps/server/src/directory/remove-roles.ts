import { withoutSuspendedRoles, type PermitFacts } from '@latchkey/directory-sync';
import { AppError } from '../platform/app-error.ts';
import type { Accounts } from './accounts.ts';
import { waitForPropagation } from './fact-changes.ts';

export interface RemoveRolesDeps {
  readonly permit: PermitFacts;
  readonly accountOf: Accounts['accountOf'];
  /** Whether sync is reconciling the user. */
  readonly isReconciling: (subject: string) => Promise<boolean>;
}

interface RolesOfUser {
  readonly subject: string;
  readonly tenant: string;
  /** Default: all roles in the tenant and on its instances. */
  readonly one?: { readonly role: string; readonly instance?: string | undefined } | undefined;
}

/**
 * Removes roles with `remove`, which returns whether one was assigned, and those that a suspension has stored, so that a
 * reactivation does not restore them.
 * @throws {AppError} `DIRECTORY_UNAVAILABLE` while the account is being suspended. Another attempt removes the roles.
 * @throws {PermitApiError}
 */
export type RemoveRoles = (roles: RolesOfUser, remove: () => Promise<boolean>) => Promise<void>;

export function createRemoveRoles({ permit, accountOf, isReconciling }: RemoveRolesDeps): RemoveRoles {
  const { reads, writes } = permit;
  return async ({ subject, tenant, one }, remove) => {
    const dropStored = async (): Promise<void> => {
      const user = await reads.user(subject);
      const changed = user && withoutSuspendedRoles(user, tenant, one);
      if (changed !== undefined) await writes.updateUser(changed);
    };
    const before = await accountOf(subject);
    // Before the removal, because a grant does not end while its role would be restored.
    await dropStored();
    const wasAssigned = await remove();
    // Sync may have read the roles and not stored them yet. A removal from an organization itself starts sync.
    let isBeingStored = (await accountOf(subject))?.status === 'suspended';
    if (isBeingStored && !wasAssigned)
      await waitForPropagation(async () => !(isBeingStored = await isReconciling(subject)));
    // Again, because a suspension may have stored the roles in the meantime.
    await dropStored();
    // The first record of an active account has the revision 0.
    const isChanged = (before?.revision ?? 0) !== ((await accountOf(subject))?.revision ?? 0);
    if (isChanged || isBeingStored)
      throw new AppError('DIRECTORY_UNAVAILABLE', 'The account is being suspended. Try again.');
  };
}
