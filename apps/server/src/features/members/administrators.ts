import type { PermitReads } from '@latchkey/directory-sync';
import { AppError } from '../../platform/app-error.ts';
import type { RoleChanges } from './role-changes.ts';
import type { RoleSourcesDeps } from './role-sources.ts';
import { isMachine } from '../../directory/people.ts';
import type { Administrators, HeldRole } from '../../directory/administrators.ts';
import { administeringRoles, rolesFromLogto } from '../../directory/role-source.ts';

export interface AdministratorsDeps {
  readonly reads: Pick<PermitReads, 'rolesIn' | 'user'>;
  /** Whether the account is suspended or deleted. */
  readonly isInactive: (subject: string) => Promise<boolean>;
  readonly changes: Pick<RoleChanges, 'losing' | 'whileLosing'>;
  readonly grantedRolesOf: RoleSourcesDeps['grantedRolesOf'];
  /** Returns the roles that Logto gives the user. Absent in payload mode. @throws {LogtoApiError} */
  readonly rolesInLogto:
    ((subject: string) => Promise<readonly { readonly tenant: string; readonly role: string }[]>) | undefined;
}

export function createAdministrators(deps: AdministratorsDeps): Administrators {
  const { reads, changes, isInactive, grantedRolesOf, rolesInLogto } = deps;

  const isGivenByLogto = async (tenant: string, { subject, role }: HeldRole): Promise<boolean> => {
    if (rolesInLogto === undefined || !rolesFromLogto(tenant).has(role)) return true;
    return (await rolesInLogto(subject)).some((one) => one.tenant === tenant && one.role === role);
  };

  /** Returns the present holders, and a function that finds the first lasting one of some roles. */
  const readLasting = async (tenant: string) => {
    const [found, losing] = await Promise.all([
      reads.rolesIn(tenant, { roles: administeringRoles }),
      changes.losing(tenant, administeringRoles),
    ]);
    const holders = found.map(({ user, role }): HeldRole => ({ subject: user, role }));
    const ending = (await grantedRolesOf(holders.map(({ subject }) => subject))).filter(
      (one) => one.tenant === tenant && one.endsAt !== null,
    );
    const isLasting = async (one: HeldRole): Promise<boolean> => {
      if (!isIn(holders, one) || isIn(ending, one) || losing.includes(one.subject)) return false;
      const [user, inactive] = await Promise.all([reads.user(one.subject), isInactive(one.subject)]);
      return user !== undefined && !isMachine(user) && !inactive && (await isGivenByLogto(tenant, one));
    };
    const first = async (among: readonly HeldRole[]): Promise<HeldRole | undefined> => {
      for (const one of among) if (await isLasting(one)) return one; // oxlint-disable-line no-await-in-loop -- the first one nearly always suffices
      return undefined;
    };
    return { holders, first };
  };

  const lastAmong: Administrators['lastAmong'] = async (tenant, removals) => {
    const losing = removals.filter(isAdministering);
    if (losing.length === 0) return [];
    const { holders, first } = await readLasting(tenant);
    const others = holders.filter((held) => !isIn(losing, held));
    if ((await first(others)) !== undefined) return [];
    const last = await first(losing.toReversed());
    return last === undefined ? losing : [last];
  };

  const isLast: Administrators['isLast'] = async ({ tenant, subject, roles, others = [] }) => {
    const own = roles.map((role) => ({ subject, role })).filter(isAdministering);
    return own.length > 0 && (await lastAmong(tenant, [...others, ...own])).some((one) => isIn(own, one));
  };

  return {
    isLast,
    lastAmong,
    async removeUnlessLast(asked, remove) {
      const { tenant, subject, by } = asked;
      const roles = asked.roles.filter((role) => isAdministering({ role }));
      if (roles.length === 0) return remove();
      const prepare = async (): Promise<readonly string[]> => {
        if (await isLast(asked)) throw lastAdministrator();
        return roles;
      };
      return changes.whileLosing({ kind: 'administrators', tenant, subject, by }, prepare, remove);
    },
  };
}

function isAdministering({ role }: Pick<HeldRole, 'role'>): boolean {
  return administeringRoles.includes(role);
}

function isIn(roles: readonly HeldRole[], { subject, role }: HeldRole): boolean {
  return roles.some((one) => one.subject === subject && one.role === role);
}

function lastAdministrator(): AppError {
  return new AppError(
    'LAST_ADMINISTRATOR',
    'This is the last administrator: make another user an administrator first.',
  );
}
