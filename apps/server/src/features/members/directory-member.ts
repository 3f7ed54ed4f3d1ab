import {
  defaultTenant,
  originAttribute,
  parseSuspendedRoles,
  suspendedRolesAttribute,
  type PermitReads,
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
  /** Absent when Logto was not asked: what is known already stays. */
  readonly logto?: LogtoTimes;
}

export interface LogtoTimes {
  readonly createdAt: Date | null;
  readonly lastSignInAt: Date | null;
}

/** What Logto says of the user, when it was asked. */
export interface LogtoFacts extends LogtoTimes {
  readonly isSuspended: boolean;
  /** The tenants of their organizations. */
  readonly tenants: readonly string[];
}

/** Everybody of Logto belongs to the tenant `default`, also without a role there: they can be given one. */
export function directoryMember(
  user: PermitUser,
  { logto, isSuspended = false }: { readonly logto?: LogtoFacts; readonly isSuspended?: boolean } = {},
): DirectoryMember {
  const suspendedRoles = parseSuspendedRoles(user.attributes[suspendedRolesAttribute]);
  const rolesByTenant = new Map<string, string[]>();
  const isFromLogto = logto !== undefined || typeof user.attributes[originAttribute] === 'string';
  for (const tenant of [...(isFromLogto ? [defaultTenant] : []), ...(logto?.tenants ?? [])])
    rolesByTenant.set(tenant, []);
  for (const { role, tenant, instance } of [...user.grants, ...suspendedRoles]) {
    if (instance !== undefined) continue;
    const roles = rolesByTenant.get(tenant) ?? [];
    if (!roles.includes(role)) roles.push(role);
    rolesByTenant.set(tenant, roles);
  }
  return {
    subject: user.key,
    name: nameOf(user),
    email: user.email,
    kind: isMachine(user) ? 'machine' : 'person',
    status: isSuspended || logto?.isSuspended === true || suspendedRoles.length > 0 ? 'suspended' : 'active',
    rolesByTenant,
    ...(logto === undefined
      ? {}
      : { logto: { createdAt: logto.createdAt, lastSignInAt: logto.lastSignInAt } }),
  };
}

/** Somebody who belongs nowhere any more. */
export function goneMember({ subject }: Pick<DirectoryMember, 'subject'>): DirectoryMember {
  return {
    subject,
    name: null,
    email: null,
    kind: 'person',
    status: 'active',
    rolesByTenant: new Map(),
    logto: { createdAt: null, lastSignInAt: null },
  };
}

function nameOf({ firstName, lastName, attributes }: PermitUser): string | null {
  const full = [firstName, lastName].filter((part) => part !== null).join(' ');
  if (full !== '') return full;
  const { username } = attributes;
  return typeof username === 'string' ? username : null;
}
