import { AppError } from '../platform/app-error.ts';
import type { AppDirectory } from './decisions.ts';
import type { FindPerson } from './find-person.ts';

export interface AssignRoleDeps {
  readonly directory: Pick<AppDirectory, 'assignRole' | 'unassignRole'>;
  readonly findPerson: FindPerson;
  /** Returns the last removal of the user's access in the tenant. */
  readonly removalOf: (
    tenant: string,
    subject: string,
  ) => Promise<{ readonly at: Date; readonly isRunning: boolean } | undefined>;
}

/**
 * Assigns a role to a member. A concurrent removal of the member either removes the role too, or makes this reject.
 * @throws {AppError} `PERSON_NOT_FOUND`; `DIRECTORY_UNAVAILABLE` during a removal
 * @throws {PermitApiError}
 */
export function createAssignRole({
  directory,
  findPerson,
  removalOf,
}: AssignRoleDeps): AppDirectory['assignRole'] {
  return async (assignment) => {
    const { user, tenant } = assignment;
    const before = await removalOf(tenant, user);
    if (before?.isRunning === true) throw beingRemoved();
    // The caller's check may be older than a removal that has ended since.
    await findPerson(user, tenant);
    const result = await directory.assignRole(assignment);
    // A removal that began in the meantime may have read the roles before this one was assigned.
    if ((await removalOf(tenant, user))?.at.getTime() !== before?.at.getTime()) {
      await directory.unassignRole(assignment);
      throw beingRemoved();
    }
    return result;
  };
}

function beingRemoved(): AppError {
  return new AppError('DIRECTORY_UNAVAILABLE', 'The access of this user is being removed. Try again.');
}
