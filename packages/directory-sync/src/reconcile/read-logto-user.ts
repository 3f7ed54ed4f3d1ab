import type { LogtoManagement } from '../logto/logto-management.ts';
import type { LogtoOrganization, LogtoUserState } from '../plan/states.ts';
import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';

/** A Logto user and their organizations. */
export interface LogtoUserReading {
  readonly state: LogtoUserState;
  /** The user's organizations, in case their tenants do not exist yet. */
  readonly organizations: readonly LogtoOrganization[];
}

/** Reads one user from Logto; `undefined` when Logto does not have the user. @throws {LogtoApiError} */
export async function readLogtoUser(
  id: string,
  logto: Pick<LogtoManagement, 'user' | 'rolesOf' | 'organizationsOf'>,
  mapping: DirectoryMapping,
): Promise<LogtoUserReading | undefined> {
  const user = await logto.user(id);
  if (user === undefined) return undefined;
  const [roles, organizations] = await Promise.all([
    mapping.roleNames.size === 0 ? [] : logto.rolesOf(id),
    mapping.ownedInOrganization.size === 0 ? [] : logto.organizationsOf(id),
  ]);
  const memberships = organizations.map(({ id: organization, roles: names }) => ({
    organization,
    roles: names,
  }));
  return { state: { user, roles, memberships }, organizations };
}
