import type { PermitReads } from '@latchkey/directory-sync';
import { rolesGranting } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { AppError } from '../../platform/app-error.ts';
import { lockUntilCommit } from '../../platform/database/lock-until-commit.ts';
import type { RoleChanges, RoleOfMember } from './role-changes.ts';
import type { RoleSourcesDeps } from './role-sources.ts';
import { isMachine } from '../../directory/people.ts';

export interface AdministratorsDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'rolesIn' | 'user'>;
  readonly isSuspended: (subject: string) => Promise<boolean>;
  readonly changes: Pick<RoleChanges, 'losing'>;
  readonly requestedRolesOf: RoleSourcesDeps['requestedRolesOf'];
}

/** Ensures that each tenant has an administrator: an active user who can assign roles, with no end date. */
export interface Administrators {
  /** Whether removing this role would leave no administrator. @throws {PermitApiError} */
  isLast(role: RoleOfMember): Promise<boolean>;
  /** Removes the role while no other removal runs on any replica. @throws {AppError} `LAST_ADMINISTRATOR` */
  removeUnlessLast(role: RoleOfMember, remove: () => Promise<void>): Promise<void>;
}

const administering: readonly string[] = rolesGranting(policy, 'members:assign').tenant;

export function createAdministrators(deps: AdministratorsDeps): Administrators {
  const { db, reads, changes, isSuspended, requestedRolesOf } = deps;

  const isLast = async ({ tenant, subject, role }: RoleOfMember): Promise<boolean> => {
    if (!administering.includes(role)) return false;
    const [holders, losing] = await Promise.all([
      reads.rolesIn(tenant, { roles: administering }),
      changes.losing(tenant, administering),
    ]);
    const staying = holders.filter(
      (held) => !losing.includes(held.user) && !(held.user === subject && held.role === role),
    );
    const ending = await requestedRolesOf(staying.map(({ user }) => user));
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
      const [user, suspended] = await Promise.all([reads.user(key), isSuspended(key)]); // oxlint-disable-line no-await-in-loop -- the first is nearly always sufficient
      if (user !== undefined && !isMachine(user) && !suspended) return false;
    }
    return true;
  };

  /** Serialized within this replica, so that few connections wait for the lock. */
  let queue = Promise.resolve();

  return {
    isLast,
    async removeUnlessLast(role, remove) {
      if (!administering.includes(role.role)) return remove();
      const turn = queue.then(() =>
        db.transaction(async (transaction) => {
          await lockUntilCommit(transaction, `administrators of ${role.tenant}`);
          if (await isLast(role)) throw lastAdministrator();
          await remove();
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
