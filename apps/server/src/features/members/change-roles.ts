import type { AppRole } from '@latchkey/policy';
import type { AppDirectory } from '../../directory/decisions.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Audit, CallOrigin } from '../audit/record.ts';
import type { Administrators, HeldRole } from './administrators.ts';
import type { MemberReader, PresentMember } from './member-reader.ts';
import type { RoleChange, RoleChanges, RoleOfMember } from './role-changes.ts';
import { rolesFromLogto } from '../../directory/role-source.ts';
import { personNotFound } from '../../directory/find-person.ts';
import type { RemoveRoles } from '../../directory/remove-roles.ts';

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
  /** When an assigned role ends. Default: no end. */
  readonly endsAt?: Date | null | undefined;
  /** Whether the role may be shortened. By default, an assignment never shortens a role. */
  readonly exactly?: boolean;
}

/** `endsAt: null` if the role has no end; `null` if the member does not have the role. */
export type HeldUntil = { readonly endsAt: Date | null } | null;

export interface ChangeRolesDeps {
  readonly reader: Pick<MemberReader, 'read'>;
  readonly directory: Pick<AppDirectory, 'assignRole' | 'unassignRole'>;
  readonly removeRoles: RemoveRoles;
  readonly administrators: Administrators;
  readonly changes: Pick<RoleChanges, 'record'>;
  readonly grants: {
    readonly find: (
      role: RoleOfMember,
    ) => Promise<{ readonly endsAt: Date | null; readonly isEnding: boolean } | undefined>;
    /** Ends the grant of the role. Returns `false` if there is none. @throws {PermitApiError} */
    readonly end: (role: RoleOfMember & Pick<RoleChange, 'by'>) => Promise<boolean>;
    /** Assigns the role, or extends its grant. Returns `false` if nothing changed. @throws {PermitApiError} */
    readonly give: (
      role: RoleOfMember &
        Pick<RoleChange, 'by'> & { readonly expiresAt: Date | null; readonly exactly: boolean },
    ) => Promise<boolean>;
  };
  readonly audit: Pick<Audit, 'changing'>;
}

/** A `RoleChange` whose role is in the current policy. */
type KnownChange = RoleChange & Pick<AskedChange, 'role'>;

export interface ChangeRoles {
  /** `others`: other roles in the tenant that are removed before. Default: none. */
  preview(
    change: AskedChange,
    present: PresentMember,
    others?: readonly HeldRole[],
  ): Promise<{ readonly held: HeldUntil; readonly obstacle: RoleObstacle | undefined }>;
  /**
   * Makes the change, unless it has already been made. Returns the state before it.
   * @throws {AppError} `PERSON_NOT_FOUND` and each `RoleObstacle`; `DIRECTORY_UNAVAILABLE` while the account is being
   *   suspended
   * @throws {PermitApiError}
   */
  change(
    change: AskedChange,
    by: CallOrigin,
  ): Promise<{ readonly before: HeldUntil; readonly isChanged: boolean }>;
}

export function createChangeRoles(deps: ChangeRolesDeps): ChangeRoles {
  const { reader, directory, removeRoles, administrators, changes, grants, audit } = deps;

  /** Does not check for `LAST_ADMINISTRATOR`. */
  const inspect = async ({ tenant, subject, role, change }: AskedChange, present: PresentMember) => {
    const { member, roles } = present;
    const grant = await grants.find({ tenant, subject, role });
    const held: HeldUntil = roles.includes(role) ? { endsAt: grant?.endsAt ?? null } : null;
    const obstacleNow = (): keyof typeof messages | undefined => {
      // Only for users: sync does not change the roles of machines.
      if (member.kind === 'person' && rolesFromLogto(tenant).has(role)) return 'ROLE_MANAGED_IN_LOGTO';
      if (member.status === 'suspended') return 'MEMBER_SUSPENDED';
      return change === 'assign' && grant?.isEnding === true ? 'ROLE_ENDING' : undefined;
    };
    return { held, obstacle: obstacleNow() };
  };

  const unassign = async ({ tenant, subject: user, role, by }: KnownChange): Promise<void> => {
    await removeRoles({ subject: user, tenant, one: { role } }, async () => {
      const isEnded = await grants.end({ tenant, subject: user, role, by });
      return !isEnded && (await directory.unassignRole({ tenant, user, role })) === 'removed';
    });
  };

  /** Returns `false` if nothing changed. */
  const assign = async (
    change: KnownChange,
    { before, expiresAt, exactly }: { before: HeldUntil; expiresAt: Date | null; exactly: boolean },
  ): Promise<boolean> => {
    const { tenant, subject: user, role, by } = change;
    if (before !== null || expiresAt !== null)
      return grants.give({ tenant, subject: user, role, by, expiresAt, exactly });
    await changes.record(change, async () => {
      await directory.assignRole({ tenant, user, role });
    });
    return true;
  };

  return {
    async preview(change, present, others = []) {
      const { held, obstacle } = await inspect(change, present);
      if (obstacle !== undefined || change.change === 'assign' || held === null) return { held, obstacle };
      const { tenant, subject, role } = change;
      const isLast = await administrators.isLast({ tenant, subject, roles: [role], others });
      return { held, obstacle: isLast ? 'LAST_ADMINISTRATOR' : undefined };
    },

    async change(asked, origin) {
      const { tenant, subject, role, change, endsAt: expiresAt = null, exactly = false } = asked;
      const present = await reader.read(tenant, subject);
      if (present === undefined) throw personNotFound(subject);
      const { held: before, obstacle } = await inspect(asked, present);
      if (obstacle !== undefined) throw new AppError(obstacle, messages[obstacle]);
      const isMade = change === 'assign' ? before?.endsAt === null && !exactly : before === null;
      if (isMade) return { before, isChanged: false };
      const recorded: KnownChange = { tenant, subject, role, change, by: origin.actor.subject };
      const others = present.roles.filter((held) => held !== role);
      const roles = change === 'assign' ? [...others, role] : others;
      const make = async (): Promise<boolean> => {
        let isChanged = true;
        const run = async (): Promise<void> => {
          if (change === 'unassign') await changes.record(recorded, () => unassign(recorded));
          else isChanged = await assign(recorded, { before, expiresAt, exactly });
        };
        // An exact end can be earlier than the current one, so the change is checked like a removal.
        await (change === 'unassign' || exactly
          ? administrators.removeUnlessLast({ tenant, subject, roles: [role], by: recorded.by }, run)
          : run());
        return isChanged;
      };
      const isChanged = await audit.changing(
        {
          ...origin,
          action: `role.${change}`,
          subject,
          before: { roles: present.roles, ...endOf(before) },
          after: { roles, ...endOf({ endsAt: expiresAt }) },
        },
        make,
      );
      return { before, isChanged };
    },
  };
}

function endOf(held: HeldUntil): { readonly endsAt?: string } {
  return held === null || held.endsAt === null ? {} : { endsAt: held.endsAt.toISOString() };
}
