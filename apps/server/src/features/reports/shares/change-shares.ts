import type { PermitReads } from '@latchkey/directory-sync';
import type { AppPermission } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { AppDirectory } from '../../../directory/decisions.ts';
import { AppError } from '../../../platform/app-error.ts';
import type { InTurn } from '../../../platform/turns.ts';
import type { FindPerson } from '../../../directory/find-person.ts';
import type { LosingInstances, Owners } from '../../../directory/owners.ts';
import type { RemoveRoles } from '../../../directory/remove-roles.ts';
import type { ShareRole } from '../../../directory/shared-resources.ts';
import type { Audit, CallOrigin } from '../../audit/record.ts';
import { clearanceRole } from '../clearance.ts';
import {
  objectOf,
  permissionsBy,
  readPersonRoles,
  type PersonRoles,
  type SharedInstance,
} from './instance-roles.ts';
import { forgetShares, sharesOn, recordShare } from './share-store.ts';
import { lackedWith, type Openable, type WhoCanOpen } from './who-can-open.ts';

/** Why a role cannot be assigned or removed. Only the last owner cannot be removed, even if the user is suspended. */
export type ShareObstacle = 'MEMBER_SUSPENDED' | 'ROLE_ENDING' | 'LAST_OWNER';

const messages: Readonly<Record<Exclude<ShareObstacle, 'LAST_OWNER'>, string>> = {
  MEMBER_SUSPENDED: 'The account is suspended: share with them when the suspension has ended.',
  ROLE_ENDING: 'This role is expiring. Try again in a moment.',
};

export interface AskedShare {
  readonly on: Openable;
  readonly subject: string;
  readonly role: ShareRole;
  readonly change: 'assign' | 'revoke';
}

/** Names in the audit log, which are older than those of the changes. */
const actions = { assign: 'share.give', revoke: 'share.take' } as const;

/** Why the role does not let the user open the instance. `logtoRole`: the Logto user role that gives clearance. */
type Lacking =
  { readonly code: 'NOT_CLEARED'; readonly logtoRole: string | null } | { readonly code: 'DRAFT' };

export interface SharePreview {
  readonly gains: readonly AppPermission[];
  readonly loses: readonly AppPermission[];
  /** `null` for a removal, or if the user could open the instance with the role. */
  readonly lacks: Lacking | null;
  /** The code with which the change would be refused. */
  readonly obstacle: ShareObstacle | null;
}

export interface RequestedShare {
  readonly subject: string;
  readonly role: string;
  readonly requestId: string;
  readonly endsAt: Date | null;
  readonly isEnding: boolean;
}

export interface ChangeSharesDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'user' | 'grantsOf' | 'linksTo'>;
  readonly directory: Pick<AppDirectory, 'assignRole' | 'unassignRole'>;
  readonly findPerson: FindPerson;
  readonly removeRoles: RemoveRoles;
  readonly owners: Owners;
  readonly requestedOn: (on: SharedInstance) => Promise<readonly RequestedShare[]>;
  /** Ends the grant of the role. Returns `false` if there is none. @throws {PermitApiError} */
  readonly endGrant: (share: Omit<AskedShare, 'change'> & { readonly by: string }) => Promise<boolean>;
  readonly whoCanOpen: WhoCanOpen;
  readonly audit: Pick<Audit, 'changing'>;
  readonly inTurn: InTurn;
}

/** Prevents the instance's deletion until the transaction ends. @throws {AppError} if it no longer exists */
export type LockInstance = (transaction: Pick<NodePgDatabase, 'select'>) => Promise<void>;

export interface ChangeShares {
  /** @throws {AppError} `PERSON_NOT_FOUND` @throws {PermitApiError} */
  preview(share: AskedShare): Promise<SharePreview>;
  /**
   * Makes the change, unless it is already made. Returns the `lacks` of its preview.
   * @throws {AppError} `PERSON_NOT_FOUND` and each `ShareObstacle`; `NEW_OWNER_INVALID`; `DIRECTORY_UNAVAILABLE` if a
   *   concurrent suspension may restore a removed role later
   * @throws {PermitApiError}
   */
  change(
    share: AskedShare & { readonly newOwner?: string | undefined },
    by: { readonly origin: CallOrigin; readonly lock: LockInstance },
  ): Promise<Lacking | null>;
}

export function createChangeShares(deps: ChangeSharesDeps): ChangeShares {
  const { db, reads, directory, findPerson, removeRoles, requestedOn, endGrant, whoCanOpen, audit, inTurn } =
    deps;

  const personRoles = async ({ on, subject }: AskedShare): Promise<PersonRoles & { isActive: boolean }> => {
    const [person, roles] = await Promise.all([
      findPerson(subject, on.tenant),
      readPersonRoles(reads, on, subject),
    ]);
    return { ...roles, isActive: person.isActive };
  };
  const obstacleTo = async (
    { on, subject, role, change }: AskedShare,
    { isActive }: { readonly isActive: boolean },
  ): Promise<keyof typeof messages | undefined> => {
    if (change === 'revoke') return undefined;
    if (!isActive) return 'MEMBER_SUSPENDED';
    const requested = await requestedOn(on);
    const isEnding = requested.some((one) => one.subject === subject && one.role === role && one.isEnding);
    return isEnding ? 'ROLE_ENDING' : undefined;
  };

  const lackedBy = async (
    { on, subject, role, change }: AskedShare,
    { inTenant, onInstance }: PersonRoles,
  ): Promise<Lacking | null> => {
    if (change === 'revoke') return null;
    // Every share role grants viewing, but a draft requires editing.
    const roles = [role, ...onInstance.map((held) => held.role)];
    const permissions = permissionsBy(on.resource, { inTenant, onInstance: roles });
    const code = await lackedWith(whoCanOpen, on, { subject, permissions });
    return code === 'NOT_CLEARED' ? { code, logtoRole: clearanceRole } : code && { code };
  };

  const assign = ({ on, subject, role }: AskedShare, by: string, lock: LockInstance): Promise<void> =>
    // Locks the instance, because the assignment would recreate a deleted instance in Permit.
    inTurn(() =>
      db.transaction(async (transaction) => {
        await lock(transaction);
        await recordShare(transaction, on, { subject, role, by, at: new Date() });
        await directory.assignRole({ user: subject, role, tenant: on.tenant, instance: objectOf(on) });
      }),
    );
  const revoke = (share: AskedShare, origin: CallOrigin, newOwner: string | undefined): Promise<void> => {
    const by = origin.actor.subject;
    if (share.role !== 'owner') return revokeAny(share, by);
    const cause = { kind: 'removal', id: share.subject } as const;
    const losing = {
      ...owned(share),
      by,
      newOwner: newOwner === undefined ? undefined : { key: newOwner, origin, cause },
    };
    return deps.owners.removeUnlessLast(losing, () => revokeAny(share, by));
  };
  const revokeAny = async (share: AskedShare, by: string): Promise<void> => {
    const { on, subject, role } = share;
    const { tenant } = on;
    const instance = objectOf(on);
    // If it rejects, the record of the share remains, so that a retry removes the role.
    await removeRoles({ subject, tenant, one: { role, instance } }, async () => {
      if (await endGrant({ ...share, by })) return false;
      return (await directory.unassignRole({ user: subject, role, tenant, instance })) === 'removed';
    });
    await forgetShares(db, on, { subject, role });
  };

  return {
    async preview(share) {
      const { on, role, change } = share;
      const held = await personRoles(share);
      const { inTenant, onInstance } = held;
      const permissionsWith = (roles: PersonRoles['onInstance']): AppPermission[] =>
        permissionsBy(on.resource, { inTenant, onInstance: roles.map((one) => one.role) });
      const others = onInstance.filter((one) => one.role !== role || one.via !== null);
      const had = permissionsWith(onInstance);
      const isLast =
        change === 'revoke' &&
        role === 'owner' &&
        onInstance.length > others.length &&
        (await deps.owners.lastOwned(owned(share))).length > 0;
      const has = permissionsWith(change === 'assign' ? [...others, { role, via: null }] : others);
      return {
        gains: has.filter((permission) => !had.includes(permission)),
        loses: had.filter((permission) => !has.includes(permission)),
        lacks: await lackedBy(share, held),
        obstacle: (await obstacleTo(share, held)) ?? (isLast ? 'LAST_OWNER' : null),
      };
    },

    async change({ newOwner, ...share }, { origin, lock }) {
      const { on, subject, role, change } = share;
      const held = await personRoles(share);
      const obstacle = await obstacleTo(share, held);
      if (obstacle !== undefined) throw new AppError(obstacle, messages[obstacle]);
      const lacks = await lackedBy(share, held);
      const roles = held.onInstance.filter(({ via }) => via === null).map((one) => one.role);
      const isHeld =
        roles.includes(role) ||
        // An earlier removal may be incomplete.
        (change === 'revoke' &&
          (await sharesOn(db, on)).some((one) => one.subject === subject && one.role === role));
      if (isHeld === (change === 'assign')) return lacks;
      const others = roles.filter((one) => one !== role);
      await audit.changing(
        {
          ...origin,
          action: actions[change],
          subject,
          on: { resource: on.resource, key: on.id },
          before: { roles },
          after: { roles: change === 'assign' ? [...others, role] : others },
        },
        () =>
          change === 'assign' ? assign(share, origin.actor.subject, lock) : revoke(share, origin, newOwner),
      );
      return lacks;
    },
  };
}

function owned({ on, subject }: AskedShare): LosingInstances {
  return { tenant: on.tenant, subject, instances: [objectOf(on)] };
}
