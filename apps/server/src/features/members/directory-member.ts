import {
  defaultTenant,
  originAttribute,
  parseSuspendedRoles,
  suspendedRolesAttribute,
  type PermitReads,
  type SyncedUser,
} from '@latchkey/directory-sync';
import type { MemberKind, MemberStatus } from './member.ts';
import { isMachine, nameInPermit } from '../../directory/people.ts';

/** A Permit user. */
export type PermitUser = NonNullable<Awaited<ReturnType<PermitReads['user']>>>;

/** A user in the directories, across all tenants. */
export interface DirectoryMember {
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly kind: MemberKind;
  readonly status: MemberStatus;
  /** Their tenants, with the tenant roles; for a suspended user those that will be restored. */
  readonly rolesByTenant: ReadonlyMap<string, readonly string[]>;
  /** Whether `rolesByTenant` includes organizations in which they have no role, which only Logto knows. */
  readonly isComplete: boolean;
  /** In Logto; `null` when unknown, which preserves the stored value. */
  readonly createdAt: Date | null;
  readonly lastSignInAt: Date | null;
  /** When the read of the directories began. */
  readonly readAt: Date;
}

export interface Reading {
  readonly readAt: Date;
  readonly logto?: SyncedUser['logto'];
  /** Whether the user is recorded as suspended. Default: the status in Logto and Permit. */
  readonly isSuspended?: boolean;
}

/** Every Logto user belongs to the tenant `default`, even without a role, so that roles can be assigned to them. */
export function directoryMember(
  user: PermitUser,
  { readAt, logto, isSuspended = false }: Reading,
): DirectoryMember {
  const suspendedRoles = parseSuspendedRoles(user.attributes[suspendedRolesAttribute]);
  const isFromLogto = logto !== undefined || typeof user.attributes[originAttribute] === 'string';
  const rolesByTenant = new Map<string, string[]>();
  for (const tenant of [...(isFromLogto ? [defaultTenant] : []), ...(logto?.tenants ?? [])])
    rolesByTenant.set(tenant, []);
  for (const { role, tenant, instance } of [...user.grants, ...suspendedRoles]) {
    if (instance !== undefined) continue;
    rolesByTenant.set(tenant, [...(rolesByTenant.get(tenant) ?? []), role]);
  }
  return {
    subject: user.key,
    name: nameInPermit(user),
    email: user.email,
    kind: isMachine(user) ? 'machine' : 'person',
    status: isSuspended || logto?.isSuspended === true || suspendedRoles.length > 0 ? 'suspended' : 'active',
    rolesByTenant,
    isComplete: logto?.tenants !== undefined,
    createdAt: dateOf(logto?.createdAt),
    lastSignInAt: dateOf(logto?.lastSignInAt),
    readAt,
  };
}

/** A user who no longer belongs to any tenant. */
export function goneMember(subject: string, readAt: Date): DirectoryMember {
  return {
    subject,
    name: null,
    email: null,
    kind: 'person',
    status: 'active',
    rolesByTenant: new Map(),
    isComplete: true,
    createdAt: null,
    lastSignInAt: null,
    readAt,
  };
}

/** PostgreSQL cannot represent every number as a date. */
function dateOf(time: number | null | undefined): Date | null {
  const isDate = typeof time === 'number' && time > 0 && time < 8_640_000_000_000;
  return isDate ? new Date(time) : null;
}
