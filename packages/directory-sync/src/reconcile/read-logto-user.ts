import type { LogtoManagement } from '../logto/logto-management.ts';
import type { LogtoOrganization, LogtoUserState } from '../plan/states.ts';
import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';

export interface LogtoUserReading {
  readonly state: LogtoUserState;
  /** The user's organizations themselves, in case their tenants are not there yet. */
  readonly organizations: readonly LogtoOrganization[];
}

/** One user as Logto has them now; `undefined` when it has not. @throws {LogtoApiError} */
export async function readLogtoUser(
  id: string,
  logto: Pick<LogtoManagement, 'user' | 'rolesOf' | 'organizationsOf'>,
  mapping: DirectoryMapping,
): Promise<LogtoUserReading | undefined> {
  const user = await logto.user(id);
  if (user === undefined) return undefined;
  const [roles, organizations] = await Promise.all([
    mapping.roles.size === 0 ? [] : logto.rolesOf(id),
    mapping.ownedInOrganization.size === 0 ? [] : logto.organizationsOf(id),
  ]);
  const memberships = organizations.map(({ id: organization, roles: names }) => ({
    organization,
    roles: names,
  }));
  return { state: { user, roles, memberships }, organizations };
}
