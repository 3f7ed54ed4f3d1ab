import {
  defaultTenant,
  originAttribute,
  parseSuspendedRoles,
  suspendedRolesAttribute,
  type PermitReads,
  type SyncedUser,
} from '@latchkey/directory-sync';
import type { members } from './tables.ts';
import { isMachine, nameInPermit } from '../../directory/people.ts';

export type PermitUser = NonNullable<Awaited<ReturnType<PermitReads['user']>>>;

type Columns = Omit<typeof members.$inferSelect, 'tenant' | 'roles' | 'sources' | 'searchText' | 'sortName'>;

/** A user as read from the directories, across all tenants. `readAt`: when the read of the directories began. */
export interface DirectoryMember extends Readonly<Columns> {
  /** The user's tenants with their tenant roles, which for a suspended user are those that will be restored. */
  readonly rolesByTenant: ReadonlyMap<string, readonly string[]>;
  /** Whether `rolesByTenant` includes the organizations in which the user has no role. Only Logto knows those. */
  readonly isComplete: boolean;
}

/**
 * The columns from Logto, in which `null` means unknown and does not replace the stored value. A value that was removed
 * in Logto is not `null` but empty: `''`.
 */
export const fromLogto: ReadonlySet<string> = new Set<keyof Columns>(['createdAt', 'lastSignInAt']);

export interface Reading {
  readonly readAt: Date;
  readonly logto?: SyncedUser['logto'];
  /** Whether the server has recorded a suspension, which Logto or Permit may also report. */
  readonly isSuspended?: boolean;
}

/** Every Logto user is a member of the tenant `default`, even without a role, so that they can be assigned one. */
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

export function goneMember(key: string, readAt: Date): DirectoryMember {
  const nothing = { email: null, firstName: null, lastName: null, attributes: {}, grants: [] };
  const foreignTenants = new Set<string>();
  return { ...directoryMember({ key, ...nothing, foreignTenants }, { readAt }), isComplete: true };
}

/** Returns `null` for numbers that PostgreSQL cannot store as a date. */
function dateOf(time: number | null | undefined): Date | null {
  const isDate = typeof time === 'number' && time > 0 && time < 8_640_000_000_000;
  return isDate ? new Date(time) : null;
}
