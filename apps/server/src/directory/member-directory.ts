import { AppError } from '../platform/app-error.ts';
import type { AppDirectory } from './decisions.ts';
import type { FindPerson } from './find-person.ts';

export interface MemberDirectoryDeps {
  readonly directory: AppDirectory;
  readonly findPerson: FindPerson;
  /** Returns the last removal of the user's access in the tenant. */
  readonly removalOf: (
    tenant: string,
    subject: string,
  ) => Promise<{ readonly at: Date; readonly isRunning: boolean } | undefined>;
}

export interface MemberDirectory extends Omit<AppDirectory, 'assignRole'> {
  /** `assign` makes the call to Permit. Default: a call for this role alone. */
  assignRole(
    assignment: Parameters<AppDirectory['assignRole']>[0],
    assign?: AppDirectory['assignRole'],
  ): ReturnType<AppDirectory['assignRole']>;
}

/**
 * Assigns roles only to members. A concurrent removal of the member either removes the role too, or makes `assignRole`
 * reject with {AppError} `PERSON_NOT_FOUND` or `DIRECTORY_UNAVAILABLE`.
 */
export function createMemberDirectory(deps: MemberDirectoryDeps): MemberDirectory {
  const { directory, findPerson, removalOf } = deps;
  return {
    ...directory,
    async assignRole(assignment, assign = (one) => directory.assignRole(one)) {
      const { user, tenant } = assignment;
      const before = await removalOf(tenant, user);
      if (before?.isRunning === true) throw beingRemoved();
      // The caller's check may be older than a removal that has ended since.
      await findPerson(user, tenant);
      const result = await assign(assignment);
      // A removal that began in the meantime may have read the roles before this one was assigned.
      if ((await removalOf(tenant, user))?.at.getTime() !== before?.at.getTime()) {
        if (result === 'assigned') await directory.unassignRole(assignment);
        throw beingRemoved();
      }
      return result;
    },
  };
}

function beingRemoved(): AppError {
  return new AppError('DIRECTORY_UNAVAILABLE', 'The access of this user is being removed. Try again.');
}
