import { defaultTenant } from '@latchkey/directory-sync';
import { directoryMapping } from '@latchkey/policy/directory';
import { rolesFromLogto, type RoleSource } from '../../directory/role-source.ts';
import type { ErrorCode } from '../../platform/app-error.ts';
import type { PlacedRole } from './lesser-roles.ts';
import type { StoredRow } from './review-store.ts';

export interface Holder {
  readonly tenant: string;
  readonly subject: string;
}

/** The present roles of a user in a tenant and on its reports and collections. */
export interface PresentAccess {
  readonly isMachine: boolean;
  /** `roles` are then those that a reactivation restores. */
  readonly isSuspended: boolean;
  readonly roles: readonly PlacedRole[];
}

interface LosingRoles extends Holder {
  readonly roles: readonly string[];
  readonly others?: readonly (Pick<Holder, 'subject'> & Pick<PlacedRole, 'role'>)[];
}

/** What reviews read and change of users' roles. Every method rejects with `PermitApiError` during an outage. */
export interface ReviewAccess {
  /** `undefined`: Permit does not have the user. */
  read(holder: Holder): Promise<PresentAccess | undefined>;
  /** The user's roles on the instance that come from another instance. */
  inherited(held: Holder & { readonly instance: string }): Promise<readonly string[]>;
  /** Assigns a role without an end, unless its instance is deleted. @param by - the Permit key of the user */
  assign(role: Holder & PlacedRole & { readonly by: string }): Promise<void>;
  /** Removes a role in Permit and the grant that gave it; of a suspended user, the stored role. */
  remove(role: Holder & PlacedRole & { readonly by: string }): Promise<void>;
  readonly administrators: {
    readonly isLast: (losing: LosingRoles) => Promise<boolean>;
    /** @throws {AppError} `LAST_ADMINISTRATOR` */
    readonly removeUnlessLast: (losing: LosingRoles, remove: () => Promise<void>) => Promise<void>;
  };
}

export function has(roles: readonly PlacedRole[], { role, instance }: PlacedRole): boolean {
  return roles.some((one) => one.role === role && one.instance === instance);
}

/** Whether the directory mapping gives the role, which is then removed in Logto. Sync does not change those of machines. */
export function isFromLogto(
  { role, instance }: PlacedRole,
  { tenant, isMachine }: { readonly tenant: string; readonly isMachine: boolean },
): boolean {
  return instance === null && !isMachine && rolesFromLogto(tenant).has(role);
}

/** Whether every member of the organization has the role, so that removing it means leaving the organization. */
export function isMembership(
  row: PlacedRole,
  where: { readonly tenant: string; readonly isMachine: boolean },
): boolean {
  return (
    where.tenant !== defaultTenant && isFromLogto(row, where) && row.role === directoryMapping.memberRole
  );
}

export interface Removal {
  readonly tenant: string;
  readonly row: Pick<StoredRow, 'role' | 'instance' | 'decision' | 'newRole'>;
  readonly present: PresentAccess;
  /** The user's rows in the review that are to be removed or changed, this one among them. */
  readonly going: readonly Pick<StoredRow, 'role' | 'instance' | 'decision' | 'newRole' | 'outcome'>[];
  /** Whether the server has access to the Management API of Logto. */
  readonly hasLogto: boolean;
}

export const obstacleMessages = {
  SYNC_NOT_CONFIGURED: 'The server has no access to the Management API of Logto.',
  MEMBERSHIP_ROLE: 'Every member of the organization has this role, and another role of the user stays.',
  MEMBER_SUSPENDED: 'The account is suspended: its roles can be removed, but not changed.',
  ROLE_MANAGED_IN_LOGTO: 'The lesser role is managed in Logto: assign it there.',
} satisfies Partial<Record<ErrorCode, string>>;

/** What prevents a removal or a change, except that an administrator has to stay. */
export function obstacleTo({
  tenant,
  row,
  present,
  going,
  hasLogto,
}: Removal): keyof typeof obstacleMessages | undefined {
  const where = { tenant, isMachine: present.isMachine };
  if (isFromLogto(row, where) && !hasLogto) return 'SYNC_NOT_CONFIGURED';
  // A role that is there although its removal has ended was given again, and stays.
  const removed = going.filter(
    (one) => lesserOf(one, going) === undefined && [null, 'pending', 'failed'].includes(one.outcome),
  );
  if (isMembership(row, where) && !present.roles.every((role) => has(removed, role)))
    return 'MEMBERSHIP_ROLE';
  const lesser = lesserOf(row, going);
  if (lesser === undefined) return undefined;
  if (present.isSuspended) return 'MEMBER_SUSPENDED';
  return isFromLogto(lesser, where) && !has(present.roles, lesser) ? 'ROLE_MANAGED_IN_LOGTO' : undefined;
}

/** The role that replaces the one of this row; none if the review removes that one as well. */
export function lesserOf(
  { decision, newRole, instance }: Pick<StoredRow, 'instance' | 'decision' | 'newRole'>,
  going: readonly Pick<StoredRow, 'role' | 'instance' | 'decision'>[],
): PlacedRole | undefined {
  if (decision !== 'change' || newRole === null) return undefined;
  const lesser = { role: newRole, instance };
  const removed = going.filter((one) => one.decision === 'remove');
  return has(removed, lesser) ? undefined : lesser;
}

/**
 * Whether the role has the same source as when the population was read. `exceptEnd`: an attempt to remove it may have
 * ended its grant.
 */
export function isSameSource(
  before: RoleSource | null,
  present: RoleSource | null,
  { exceptEnd }: { readonly exceptEnd: boolean },
): boolean {
  if (before === null || present === null) return before === present;
  const isSameEnd = (one: string | null, other: string | null): boolean =>
    exceptEnd || timeOf(one) === timeOf(other);
  if (before.kind === 'request' && present.kind === 'request')
    return before.requestId === present.requestId && isSameEnd(before.endsAt, present.endsAt);
  if (before.kind === 'hand' && present.kind === 'hand')
    return (
      before.by?.key === present.by?.key &&
      timeOf(before.at) === timeOf(present.at) &&
      isSameEnd(before.endsAt, present.endsAt)
    );
  return before.kind === present.kind;
}

function timeOf(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso);
}
