import type { PermitReads } from '@latchkey/directory-sync';
import { rolesGranting } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { AppError } from '../../platform/app-error.ts';
import { lockUntilCommit } from '../../platform/database/open-database.ts';
import type { RoleChanges } from './role-changes.ts';
import type { RoleSourcesDeps } from './role-sources.ts';
import { isMachine } from '../../directory/people.ts';

export interface AdministratorsDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'rolesIn' | 'user'>;
  /** Whether the account is suspended or deleted. */
  readonly isInactive: (subject: string) => Promise<boolean>;
  readonly changes: Pick<RoleChanges, 'losing'>;
  readonly grantedRolesOf: RoleSourcesDeps['grantedRolesOf'];
}

export interface HeldRole {
  readonly subject: string;
  readonly role: string;
}

export interface LosingRoles {
  readonly tenant: string;
  readonly subject: string;
  readonly roles: readonly string[];
  /** Other roles in the tenant that are about to be removed as well. Default: none. */
  readonly others?: readonly HeldRole[];
}

/** Ensures that each tenant keeps an administrator: an active user with a role that can assign roles and has no end. */
export interface Administrators {
  /** Whether removing these roles would leave no administrator. @throws {PermitApiError} */
  isLast(losing: LosingRoles): Promise<boolean>;
  /**
   * Runs `remove` unless removing the roles would leave no administrator. No other such removal runs for the tenant at
   * the same time on any replica.
   * @throws {AppError} `LAST_ADMINISTRATOR`
   */
  removeUnlessLast<Result>(losing: LosingRoles, remove: () => Promise<Result>): Promise<Result>;
}

const administering: readonly string[] = rolesGranting(policy, 'members:assign').tenant;
const isAdministering = (role: string): boolean => administering.includes(role);

export function createAdministrators(deps: AdministratorsDeps): Administrators {
  const { db, reads, changes, isInactive, grantedRolesOf } = deps;

  const isLast = async ({ tenant, subject, roles, others = [] }: LosingRoles): Promise<boolean> => {
    if (!roles.some(isAdministering)) return false;
    const [holders, losing] = await Promise.all([
      reads.rolesIn(tenant, { roles: administering }),
      changes.losing(tenant, administering),
    ]);
    const going = [...others, ...roles.map((role) => ({ subject, role }))];
    const staying = holders.filter(
      ({ user, role }) =>
        !losing.includes(user) && !going.some((one) => one.subject === user && one.role === role),
    );
    const ending = await grantedRolesOf(staying.map(({ user }) => user));
    const lasting = staying.filter(
      (held) =>
        !ending.some(
          (one) =>
            one.tenant === tenant &&
            one.subject === held.user &&
            one.role === held.role &&
            one.endsAt !== null,
        ),
    );
    for (const key of new Set(lasting.map(({ user }) => user))) {
      const [user, inactive] = await Promise.all([reads.user(key), isInactive(key)]); // oxlint-disable-line no-await-in-loop -- the first one nearly always suffices
      if (user !== undefined && !isMachine(user) && !inactive) return false;
    }
    return true;
  };

  /** Runs the removals of this replica one after the other, so that few connections wait for the lock. */
  let queue: Promise<unknown> = Promise.resolve();

  return {
    isLast,
    async removeUnlessLast(asked, remove) {
      if (!asked.roles.some(isAdministering)) return remove();
      const turn = queue.then(() =>
        db.transaction(async (transaction) => {
          await lockUntilCommit(transaction, `administrators of ${asked.tenant}`);
          if (await isLast(asked)) throw lastAdministrator();
          return remove();
        }),
      );
      queue = turn.catch(() => {});
      return turn;
    },
  };
}

function lastAdministrator(): AppError {
  return new AppError(
    'LAST_ADMINISTRATOR',
    'This is the last administrator: make another user an administrator first.',
  );
}
