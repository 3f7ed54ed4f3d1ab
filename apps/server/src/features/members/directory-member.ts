import {
  defaultTenant,
  originAttribute,
  parseSuspendedRoles,
  suspendedRolesAttribute,
  type PermitReads,
  type SyncedUser,
} from '@latchkey/directory-sync';
import { isMachine } from '../../auth/is-machine.ts';
import type { MemberKind, MemberStatus } from './member.ts';

/** A user of Permit. */
export type PermitUser = NonNullable<Awaited<ReturnType<PermitReads['user']>>>;

/** A user of the directories, in all tenants. */
export interface DirectoryMember {
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly kind: MemberKind;
  readonly status: MemberStatus;
  /** Where they belong, with their tenant roles there; of a suspended user those that come back. */
  readonly rolesByTenant: ReadonlyMap<string, readonly string[]>;
  /** Whether `rolesByTenant` has the organizations in which they have no role: only Logto knows those. */
  readonly isComplete: boolean;
  /** In Logto; `null` when it is not known. What is stored of it stays. */
  readonly createdAt: Date | null;
  readonly lastSignInAt: Date | null;
  /** When the directories began to be asked. */
  readonly readAt: Date;
}

export interface Reading {
  readonly readAt: Date;
  readonly logto?: SyncedUser['logto'];
  /** Whether it is recorded that the user is suspended. Default: as Logto and Permit say. */
  readonly isSuspended?: boolean;
}

/** Everybody of Logto belongs to the tenant `default`, also without a role there: they can be given one. */
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
    name: nameOf(user),
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

/** Somebody who belongs nowhere any more. */
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

/** PostgreSQL has no date for every number. */
function dateOf(time: number | null | undefined): Date | null {
  const isDate = typeof time === 'number' && time > 0 && time < 8_640_000_000_000;
  return isDate ? new Date(time) : null;
}

function nameOf({ firstName, lastName, attributes }: PermitUser): string | null {
  const full = [firstName, lastName].filter((part) => part !== null).join(' ');
  if (full !== '') return full;
  const { username } = attributes;
  return typeof username === 'string' ? username : null;
}
