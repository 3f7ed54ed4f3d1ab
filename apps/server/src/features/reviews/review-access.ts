import { defaultTenant, type PermitReads } from '@latchkey/directory-sync';
import { directoryMapping } from '@latchkey/policy/directory';
import type { Accounts } from '../../directory/accounts.ts';
import type { Administrators } from '../../directory/administrators.ts';
import type { InstanceAccess } from '../../directory/instance-access.ts';
import type { Owners } from '../../directory/owners.ts';
import { isMachine } from '../../directory/people.ts';
import { rolesFromLogto, type RoleSource } from '../../directory/role-source.ts';
import type { Holder, RolesInTenant } from '../../directory/roles-in-tenant.ts';
import { sharedResourceOf } from '../../directory/shared-resources.ts';
import type { ErrorCode } from '../../platform/app-error.ts';
import type { PlacedRole } from './found-row.ts';
import type { StoredRow } from './review-store.ts';
import type { ReviewedSource } from './review.ts';

export interface PresentAccess {
  readonly isMachine: boolean;
  /** Whether the account is suspended. Then `roles` are those that a reactivation restores. */
  readonly isSuspended: boolean;
  readonly roles: readonly PlacedRole[];
}

export interface ReviewAccess extends Pick<InstanceAccess, 'inherited' | 'lacks'> {
  /** Returns `undefined` if Permit does not have the user. */
  read(holder: Holder): Promise<PresentAccess | undefined>;
  /** Assigns a role without an end, unless its instance is deleted. @param by - the Permit key of the assigner */
  assign(role: Holder & PlacedRole & { readonly by: string }): Promise<void>;
  /** Removes a role in Permit, the grant that gave it, and a suspended user's stored role. */
  remove(role: Holder & PlacedRole & { readonly by: string }): Promise<void>;
  readonly administrators: Pick<Administrators, 'lastAmong' | 'removeUnlessLast'>;
  readonly owners: Owners;
}

export interface ReviewAccessDeps extends Pick<ReviewAccess, 'administrators' | 'owners'> {
  readonly reads: Pick<PermitReads, 'user'>;
  readonly roles: RolesInTenant;
  readonly instances: InstanceAccess;
  readonly inactiveAmong: Accounts['inactiveAmong'];
}

export function createReviewAccess(deps: ReviewAccessDeps): ReviewAccess {
  const { reads, roles, instances, inactiveAmong, administrators, owners } = deps;
  return {
    ...instances,
    administrators,
    owners,
    async read({ tenant, subject }) {
      const [user, inactive, held] = await Promise.all([
        reads.user(subject),
        inactiveAmong([subject]),
        roles.read({ tenant, subject }),
      ]);
      if (user === undefined) return undefined;
      return {
        isMachine: isMachine(user),
        isSuspended: inactive.has(subject),
        roles: held.map(({ role, instance = null }) => ({ role, instance })).filter(isReviewed),
      };
    },
    async assign({ tenant, subject, role, instance, by }) {
      const placed = { role, isTemporary: false, ...(instance !== null && { instance }) };
      await roles.restore({ tenant, subject, by }, [placed]);
      if (instance !== null) await instances.recordShare({ tenant, subject, role, instance, by });
    },
    async remove({ tenant, subject, role, instance, by }) {
      await roles.removeOne({ tenant, subject, role, by, ...(instance !== null && { instance }) });
      if (instance !== null) await instances.forgetShare({ tenant, subject, role, instance });
    },
  };
}

/** Excludes the role of the reviewers, which ends with the review. */
export function isReviewed({ instance }: Pick<PlacedRole, 'instance'>): boolean {
  return instance === null || sharedResourceOf(instance) !== undefined;
}

export function has(roles: readonly PlacedRole[], { role, instance }: PlacedRole): boolean {
  return roles.some((one) => one.role === role && one.instance === instance);
}

/** Whether the directory mapping assigns the role, so that it must be removed in Logto. Sync ignores machines. */
export function isFromLogto(
  { role, instance }: PlacedRole,
  { tenant, isMachine }: { readonly tenant: string; readonly isMachine: boolean },
): boolean {
  return instance === null && !isMachine && rolesFromLogto(tenant).has(role);
}

/** Whether all members of the organization have the role, so that removing it means leaving the organization. */
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
  /** All removals and changes of the user in the review, including this one. */
  readonly going: readonly Pick<
    StoredRow,
    'role' | 'instance' | 'decision' | 'newRole' | 'outcome' | 'failure'
  >[];
  readonly hasLogto: boolean;
}

export const obstacleMessages = {
  SYNC_NOT_CONFIGURED: 'The server has no access to the Management API of Logto.',
  MEMBERSHIP_ROLE: 'Every member of the organization has this role, and another role of the user stays.',
  MEMBER_SUSPENDED: 'The account is suspended: its roles can be removed, but not changed.',
  ROLE_MANAGED_IN_LOGTO: 'The lesser role is managed in Logto: assign it there.',
} satisfies Partial<Record<ErrorCode, string>>;

/** Does not check for `LAST_ADMINISTRATOR`. */
export function obstacleTo({
  tenant,
  row,
  present,
  going,
  hasLogto,
}: Removal): keyof typeof obstacleMessages | undefined {
  const where = { tenant, isMachine: present.isMachine };
  if (isFromLogto(row, where) && !hasLogto) return 'SYNC_NOT_CONFIGURED';
  // If the user has a role whose removal is complete, it was assigned again, so it stays.
  const removed = going.filter(
    (one) =>
      lesserOf(one, going) === undefined &&
      [null, 'pending', 'failed'].includes(one.outcome) &&
      one.failure !== 'LAST_ADMINISTRATOR',
  );
  if (isMembership(row, where) && !present.roles.every((role) => has(removed, role)))
    return 'MEMBERSHIP_ROLE';
  const lesser = lesserOf(row, going);
  if (lesser === undefined) return undefined;
  if (present.isSuspended) return 'MEMBER_SUSPENDED';
  return isFromLogto(lesser, where) && !has(present.roles, lesser) ? 'ROLE_MANAGED_IN_LOGTO' : undefined;
}

/** `undefined` if no lesser role replaces the row's role, or if the review removes that role too. */
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
 * Whether the role still has the source that it had when the population was read. `exceptEnd` ignores the end of the
 * role, which an earlier attempt to remove it may have changed.
 */
export function isSameSource(
  reviewed: ReviewedSource | null,
  current: ReviewedSource | null,
  { exceptEnd }: { readonly exceptEnd: boolean },
): boolean {
  const [before, present] = [changeable(reviewed), changeable(current)];
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

/** `null` for a creator's role, whose source does not change. Earlier versions stored `null` for it. */
export function changeable(source: ReviewedSource | null): RoleSource | null {
  return source?.kind === 'creator' ? null : source;
}

function timeOf(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso);
}
