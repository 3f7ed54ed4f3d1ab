import { parseSuspendedRoles, suspendedRolesAttribute, type PermitReads } from '@latchkey/directory-sync';
import { readHeldRoles } from '../../directory/held-roles.ts';
import type { Holder, PlacedRole } from '../../directory/roles-in-tenant.ts';
import { objectOf, type TargetColumns } from './target.ts';

/** Reads the roles of a user in a tenant and on its instances. @throws {PermitApiError} */
export type ReadRoles = (subject: string, tenant: string) => Promise<PlacedRole[]>;

export function createReadSuspendedRoles(reads: Pick<PermitReads, 'user'>): ReadRoles {
  return async (subject, tenant) => {
    const user = await reads.user(subject);
    const suspended = parseSuspendedRoles(user?.attributes[suspendedRolesAttribute]);
    return suspended.filter((grant) => grant.tenant === tenant);
  };
}

export type HeldRolesReads = Parameters<typeof readHeldRoles>[0];

/** Reads the assigned roles and those that a suspension removed. @throws {PermitApiError} */
export async function heldRolesOf(reads: HeldRolesReads, holder: Holder): Promise<PlacedRole[]> {
  const { assigned, stored } = await readHeldRoles(reads, holder);
  return [...assigned, ...stored];
}

export function holds(held: readonly PlacedRole[], target: TargetColumns): boolean {
  const object = objectOf(target);
  return held.some(({ role, instance }) => role === target.role && instance === object);
}
