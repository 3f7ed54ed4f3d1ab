import type { AppRole } from '@latchkey/policy';
import { apply, type Operation, type PermitFacts } from '@latchkey/directory-sync';
import type { FactChanges } from '../../directory/fact-changes.ts';
import type { MemberDirectory } from '../../directory/member-directory.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Audit, CallOrigin } from '../audit/record.ts';
import type { Administrators, HeldRole } from './administrators.ts';
import type { MemberReader, PresentMember } from './member-reader.ts';
import type { RoleChange, RoleChanges, RoleOfMember } from './role-changes.ts';
import { administeringRoles, rolesFromLogto } from '../../directory/role-source.ts';
import { personNotFound } from '../../directory/find-person.ts';
import type { RemoveRoles } from '../../directory/remove-roles.ts';
import { asError } from '../../platform/log/describe-error.ts';
import { inBatches } from '../../platform/in-batches.ts';
import { gatherCalls, type Send } from '../../platform/gather-calls.ts';

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
  readonly reader: Pick<MemberReader, 'readAll'>;
  readonly permit: Pick<PermitFacts, 'writes'> & {
    readonly reads: Pick<PermitFacts['reads'], 'grantsOfAll'>;
  };
  readonly directory: Pick<MemberDirectory, 'assignRole'>;
  readonly factChanges: Pick<FactChanges, 'publish'>;
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
    readonly assign: (
      role: RoleOfMember &
        Pick<RoleChange, 'by'> & { readonly expiresAt: Date | null; readonly exactly: boolean },
    ) => Promise<boolean>;
  };
  readonly audit: Pick<Audit, 'changing'>;
  readonly onError: (error: Error) => void;
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
   * Makes the changes in one tenant that have not been made, each separately, and reads the members again. Returns the
   * states before, in the order of the changes. The reasons of rejection:
   *
   * - {AppError} `PERSON_NOT_FOUND` and each `RoleObstacle`; `DIRECTORY_UNAVAILABLE` while the account is being suspended
   * - {PermitApiError}
   */
  changeAll(
    changes: readonly AskedChange[],
    by: CallOrigin,
  ): Promise<PromiseSettledResult<{ readonly before: HeldUntil; readonly isChanged: boolean }>[]>;
}

/** The number of members who are changed at the same time, apart from the call to Permit, which is one for all. */
const concurrency = 10;

export function createChangeRoles(deps: ChangeRolesDeps): ChangeRoles {
  const { reader, permit, directory, factChanges, removeRoles, administrators, changes, grants, audit } =
    deps;

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

  const sendAll = (operations: readonly RoleOperation[]): Promise<boolean>[] => {
    const applied = new Set<Operation>();
    const onApplied = (some: readonly Operation[]): void => some.forEach((one) => applied.add(one));
    const failed = apply(operations, permit, { onApplied, bulkFrom: 2, retries: 0 }).finally(() => {
      // After a failure too, because Permit may have carried it out.
      for (const { kind, user: subject, grant } of operations)
        factChanges.publish({ subject, assignment: { ...grant, assigned: kind === 'assign' } });
    });
    return operations.map(async (one) => {
      const failures = await failed.catch((error: unknown) => {
        if (applied.has(one)) return [];
        throw error;
      });
      const failure = failures.find(({ operation }) => operation === one);
      if (failure !== undefined) throw failure.error;
      return applied.has(one);
    });
  };

  /** Returns `false` if nothing changed. */
  const unassign = async (
    { tenant, subject: user, role, by }: KnownChange,
    send: Send<RoleOperation, boolean>,
  ): Promise<boolean> => {
    let isChanged = false;
    await removeRoles({ subject: user, tenant, one: { role } }, async () => {
      isChanged = await grants.end({ tenant, subject: user, role, by });
      if (isChanged) return false;
      return (isChanged = await send({ kind: 'unassign', user, grant: { tenant, role } }));
    });
    return isChanged;
  };

  /** Returns `false` if nothing changed. */
  const assign = async (
    change: KnownChange,
    { before, expiresAt, exactly }: { before: HeldUntil; expiresAt: Date | null; exactly: boolean },
    send: Send<RoleOperation, boolean>,
  ): Promise<boolean> => {
    const { tenant, subject: user, role, by } = change;
    if (before !== null || expiresAt !== null)
      return grants.assign({ tenant, subject: user, role, by, expiresAt, exactly });
    let isChanged = false;
    await changes.record(change, async () => {
      const result = await directory.assignRole({ tenant, user, role }, async () =>
        (await send({ kind: 'assign', user, grant: { tenant, role } })) ? 'assigned' : 'already',
      );
      isChanged = result === 'assigned';
    });
    return isChanged;
  };

  const changeOne = async (
    {
      asked,
      reading,
    }: { asked: AskedChange; reading: PromiseSettledResult<PresentMember | undefined> | undefined },
    origin: CallOrigin,
    send: Send<RoleOperation, boolean>,
  ) => {
    const { tenant, subject, role, change, endsAt: expiresAt = null, exactly = false } = asked;
    if (reading?.status !== 'fulfilled') throw reading?.reason;
    const present = reading.value;
    if (present === undefined) throw personNotFound(subject);
    const { held: before, obstacle } = await inspect(asked, present);
    if (obstacle !== undefined) throw new AppError(obstacle, messages[obstacle]);
    const isMade = change === 'assign' ? before?.endsAt === null && !exactly : before === null;
    if (isMade) return { before, isChanged: false };
    const recorded: KnownChange = { tenant, subject, role, change, by: origin.actor.subject };
    const others = present.roles.filter((held) => held !== role);
    const roles = change === 'assign' ? [...others, role] : others;
    const run = async (): Promise<boolean> => {
      if (change === 'assign') return assign(recorded, { before, expiresAt, exactly }, send);
      let isChanged = false;
      await changes.record(recorded, async () => {
        isChanged = await unassign(recorded, send);
      });
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
      // An exact end can be earlier than the current one, so the change is checked like a removal.
      () =>
        change === 'unassign' || exactly
          ? administrators.removeUnlessLast({ tenant, subject, roles: [role], by: recorded.by }, run)
          : run(),
    );
    return { before, isChanged };
  };

  return {
    async preview(change, present, others = []) {
      const { held, obstacle } = await inspect(change, present);
      if (obstacle !== undefined || change.change === 'assign' || held === null) return { held, obstacle };
      const { tenant, subject, role } = change;
      const isLast = await administrators.isLast({ tenant, subject, roles: [role], others });
      return { held, obstacle: isLast ? 'LAST_ADMINISTRATOR' : undefined };
    },

    async changeAll(all, origin) {
      const subjects = all.map(({ subject }) => subject);
      const readings = await reader.readAll(origin.tenant, subjects);
      const tasks = all.map((asked, index) => ({ asked, reading: readings[index] }));
      const changeTogether = (some: typeof tasks) => {
        const { inTurn, send } = gatherCalls(sendAll, concurrency);
        return Promise.allSettled(some.map((task) => inTurn(() => changeOne(task, origin, send))));
      };
      // One after the other, because each removal can make the next member the last administrator.
      const isOrdered = all.some(({ role }) => administeringRoles.includes(role));
      const results = isOrdered
        ? (await inBatches(tasks, (task) => changeTogether([task]), 1)).flat()
        : await changeTogether(tasks);
      // The changes are made, even if they cannot be read.
      await reader.readAll(origin.tenant, subjects).catch((error: unknown) => deps.onError(asError(error)));
      return results;
    },
  };
}

type RoleOperation = Extract<Operation, { kind: 'assign' | 'unassign' }>;

function endOf(held: HeldUntil): { readonly endsAt?: string } {
  return held === null || held.endsAt === null ? {} : { endsAt: held.endsAt.toISOString() };
}
