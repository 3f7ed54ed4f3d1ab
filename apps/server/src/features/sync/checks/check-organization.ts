import {
  findMismatchedUsers,
  type LogtoManagement,
  type DirectoryMapping,
  type PermitFacts,
} from '@latchkey/directory-sync';

export interface CheckOrganizationDeps {
  readonly logto: LogtoManagement;
  readonly permit: PermitFacts;
  readonly mapping: DirectoryMapping;
  /** Queues subjects to reconcile. */
  readonly enqueue: (subjects: readonly string[], options: { readonly force: true }) => Promise<void>;
}

/**
 * Compares the roles in one organization (Logto id) with Permit, because Logto sends no event when a role is assigned
 * or removed. Queues the users whose roles differ, and writes nothing itself.
 * @throws {LogtoApiError | PermitApiError}
 */
export function createCheckOrganization({ enqueue, ...directories }: CheckOrganizationDeps) {
  return async (id: string): Promise<void> => {
    const users = await findMismatchedUsers(id, directories);
    await enqueue(
      users.map((user) => `user:${user}`),
      { force: true },
    );
  };
}
