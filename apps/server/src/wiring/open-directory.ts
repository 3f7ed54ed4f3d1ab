import { createPermissions } from '@latchkey/permissions';
import { createAccounts } from '../directory/accounts.ts';
import { createApprovers } from '../directory/approvers.ts';
import type { PermissionsFor } from '../directory/decisions.ts';
import { createFindPerson } from '../directory/find-person.ts';
import { createMemberDirectory } from '../directory/member-directory.ts';
import { createRemoveRoles } from '../directory/remove-roles.ts';
import { createMemberStore } from '../features/members/member-store.ts';
import { createRemovalStore } from '../features/members/removal/removal-store.ts';
import { limitSyncToInstallation } from '../features/sync/installation-permissions.ts';
import type { DirectorySync } from '../features/sync/open-directory-sync.ts';
import type { Foundation } from './open-foundation.ts';

/** Opens what features share about users. */
export function openDirectory(
  { database, decider, directory, factChanges, people, permitFacts }: Foundation,
  { revocations, isReconciling }: DirectorySync,
) {
  const { db } = database;
  const { reads } = permitFacts;
  const callersDecider = limitSyncToInstallation(decider);
  const permissionsFor: PermissionsFor = (who) => createPermissions(callersDecider, who);
  const accounts = createAccounts(revocations);
  const findPerson = createFindPerson({
    directory,
    reads,
    isMember: async (tenant, subject) => (await createMemberStore(db, tenant).find(subject)) !== undefined,
    isActive: accounts.isActive,
  });
  return {
    ...accounts,
    /** Decides about callers. */
    callersDecider,
    permissionsFor,
    findPerson,
    approversOf: createApprovers({ decider, people, factChanges }),
    directory: createMemberDirectory({
      directory,
      findPerson,
      removalOf: (tenant, subject) => createRemovalStore(db).last(tenant, subject),
    }),
    removeRoles: createRemoveRoles({ permit: permitFacts, accountOf: accounts.accountOf, isReconciling }),
  };
}
