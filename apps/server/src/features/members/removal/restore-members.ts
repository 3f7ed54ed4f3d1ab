import { defaultTenant, logtoIdOf, LogtoApiError } from '@latchkey/directory-sync';
import { waitForPropagation } from '../../../directory/fact-changes.ts';
import { personNotFound } from '../../../directory/find-person.ts';
import { AppError } from '../../../platform/app-error.ts';
import { codeOf } from '../../../platform/trpc/error-data.ts';
import type { CallOrigin } from '../../audit/record.ts';
import { tenantRoles } from './check-removals.ts';
import { requireAccounts, type RemoveMembersDeps } from './remove-members.ts';

export type RestoreMembersDeps = Pick<
  RemoveMembersDeps,
  'refresh' | 'roles' | 'store' | 'accounts' | 'accountChanged' | 'audit' | 'onError'
>;

export interface RestoreMembers {
  /**
   * Undoes a removal.
   * @throws {AppError} `REMOVAL_NOT_FOUND`; `PERSON_NOT_FOUND` if the account no longer exists
   * @throws {LogtoApiError | PermitApiError}
   */
  restore(
    removal: string,
    origin: CallOrigin,
  ): Promise<{ readonly subject: string; readonly skipped: number }>;
  /** Ends a suspension, if there is one. @throws {AppError} `PERSON_NOT_FOUND` @throws {LogtoApiError} */
  reactivate(subject: string, origin: CallOrigin): Promise<void>;
}

export function createRestoreMembers(deps: RestoreMembersDeps): RestoreMembers {
  const { refresh, roles, store, accountChanged, audit, onError } = deps;

  const reactivateAccount = async (tenant: string, subject: string): Promise<void> => {
    const id = logtoIdOf(subject);
    if (!(await requireAccounts(deps).setSuspended(id, false))) throw personNotFound(subject);
    await accountChanged(id, { isSuspended: false });
    // Waits until sync has restored the roles, so that the caller can read them. A timeout is not an error.
    await waitForPropagation(async () => (await refresh(tenant, subject))?.member.status === 'active');
  };

  return {
    async restore(removal, origin) {
      const { tenant, actor } = origin;
      const found = await store.find(tenant, removal);
      if (found === undefined)
        throw new AppError('REMOVAL_NOT_FOUND', `There is no removal ${removal} here.`);
      const { subject, suspended, organizationRoles } = found;
      const id = logtoIdOf(subject);
      await audit.changing(
        { ...origin, action: 'member.restore', subject, after: { roles: tenantRoles(found) } },
        async () => {
          if (suspended) await reactivateAccount(tenant, subject);
          if (organizationRoles !== null) {
            await requireAccounts(deps)
              .joinOrganization(id, logtoIdOf(tenant), organizationRoles)
              .catch((error: unknown) => {
                if (error instanceof LogtoApiError && error.status === 422) throw personNotFound(subject);
                throw error;
              });
            await accountChanged(id);
          }
          await roles.restore({ tenant, subject, by: actor.subject }, found.roles);
          // If the account is still suspended, sync removes the roles from Permit and stores them.
          if (!suspended) await accountChanged(id);
          await store.undo(removal);
          // Reads the member, which stores the roles.
          await refresh(tenant, subject).catch((error: unknown) => codeOf(error, onError));
        },
      );
      return { subject, skipped: found.roles.filter(({ isTemporary }) => isTemporary).length };
    },

    async reactivate(subject, origin) {
      const { tenant } = origin;
      const found = tenant === defaultTenant ? await refresh(tenant, subject) : undefined;
      if (found === undefined) throw personNotFound(subject);
      if (found.member.status !== 'suspended') return;
      await audit.changing({ ...origin, action: 'member.restore', subject }, () =>
        reactivateAccount(tenant, subject),
      );
    },
  };
}
