import type { AppRole } from '@latchkey/policy';
import type { AppDirectory } from '../../directory/app-directory.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Audit, CallOrigin } from '../audit/record.ts';
import type { Administrators } from './administrators.ts';
import type { MemberReader, PresentMember } from './member-reader.ts';
import type { RoleChange, RoleChanges, RoleOfMember } from './role-changes.ts';
import { rolesFromLogto } from '../../directory/role-source.ts';
import { personNotFound } from '../../directory/find-person.ts';

/** Why a role cannot be assigned or removed here. */
export type RoleObstacle =
  'ROLE_MANAGED_IN_LOGTO' | 'MEMBER_SUSPENDED' | 'LAST_ADMINISTRATOR' | 'ROLE_ENDING';

const messages: Readonly<Record<Exclude<RoleObstacle, 'LAST_ADMINISTRATOR'>, string>> = {
  ROLE_MANAGED_IN_LOGTO: 'This role is managed in Logto: change it there.',
  MEMBER_SUSPENDED: 'The account is suspended: its roles are restored when the suspension ends.',
  ROLE_ENDING: 'This role is expiring. Try again in a moment.',
};

export interface AskedChange extends RoleOfMember {
  readonly role: AppRole;
  readonly change: RoleChange['change'];
}

export interface ChangeRolesDeps {
  readonly reader: Pick<MemberReader, 'read'>;
  readonly directory: Pick<AppDirectory, 'assignRole' | 'unassignRole'>;
  readonly administrators: Administrators;
  readonly changes: Pick<RoleChanges, 'record'>;
  /** Whether a request's grant of the role is ending right now. */
  readonly isEnding: (role: RoleOfMember) => Promise<boolean>;
  /** Ends a request's grant of the role. Returns `false` when there is none. @throws {PermitApiError} */
  readonly endGrant: (role: RoleOfMember & Pick<RoleChange, 'by'>) => Promise<boolean>;
  readonly audit: Pick<Audit, 'changing'>;
}

/** `RoleChange`, whose role may be one of an earlier policy, with a role of this one. */
type KnownChange = RoleChange & Pick<AskedChange, 'role'>;

/** Assigns and removes tenant roles. */
export interface ChangeRoles {
  /**
   * Returns what prevents the change in the current state of the directories. Nothing does when the change is already
   * made.
   */
  obstacleTo(change: AskedChange, present: PresentMember): Promise<RoleObstacle | undefined>;
  /**
   * Makes the change; does nothing when it is already made.
   * @throws {AppError} `PERSON_NOT_FOUND`, and each `RoleObstacle`
   * @throws {PermitApiError}
   */
  change(change: AskedChange, by: CallOrigin): Promise<void>;
}

export function createChangeRoles(deps: ChangeRolesDeps): ChangeRoles {
  const { reader, directory, administrators, changes, isEnding, endGrant, audit } = deps;

  const simpleObstacleTo = async (
    { tenant, subject, role, change }: AskedChange,
    { member }: PresentMember,
  ): Promise<Exclude<RoleObstacle, 'LAST_ADMINISTRATOR'> | undefined> => {
    // Sync does not change the roles of machines.
    if (member.kind === 'person' && rolesFromLogto(tenant).has(role)) return 'ROLE_MANAGED_IN_LOGTO';
    if (member.status === 'suspended') return 'MEMBER_SUSPENDED';
    if (change === 'assign' && (await isEnding({ tenant, subject, role }))) return 'ROLE_ENDING';
    return undefined;
  };

  const unassign = async ({ tenant, subject: user, role, by }: KnownChange): Promise<void> => {
    const ended = await endGrant({ tenant, subject: user, role, by });
    if (!ended) await directory.unassignRole({ tenant, user, role });
  };

  const make = async (change: KnownChange): Promise<void> => {
    const { tenant, subject: user, role } = change;
    if (change.change === 'assign') {
      await changes.record(change, async () => {
        await directory.assignRole({ tenant, user, role });
      });
    } else
      await administrators.removeUnlessLast({ ...change, roles: [role] }, () =>
        changes.record(change, () => unassign(change)),
      );
  };

  return {
    async obstacleTo(change, present) {
      const isHeld = present.roles.includes(change.role);
      const obstacle = await simpleObstacleTo(change, present);
      if (obstacle !== undefined || change.change === 'assign' || !isHeld) return obstacle;
      const { tenant, subject, role } = change;
      return (await administrators.isLast({ tenant, subject, roles: [role] }))
        ? 'LAST_ADMINISTRATOR'
        : undefined;
    },

    async change(asked, origin) {
      const { tenant, subject, role, change } = asked;
      const present = await reader.read(tenant, subject);
      if (present === undefined) throw personNotFound(subject);
      const obstacle = await simpleObstacleTo(asked, present);
      if (obstacle !== undefined) throw new AppError(obstacle, messages[obstacle]);
      if (present.roles.includes(role) === (change === 'assign')) return;
      const recorded: KnownChange = { tenant, subject, role, change, by: origin.actor.subject };
      const others = present.roles.filter((held) => held !== role);
      const roles = change === 'assign' ? [...others, role] : others;
      await audit.changing(
        { ...origin, action: `role.${change}`, subject, before: { roles: present.roles }, after: { roles } },
        () => make(recorded),
      );
    },
  };
}
