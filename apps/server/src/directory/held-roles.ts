import { parseSuspendedRoles, suspendedRolesAttribute, type PermitReads } from '@latchkey/directory-sync';
import type { Holder } from './roles-in-tenant.ts';

type User = Awaited<ReturnType<PermitReads['user']>>;
type Grants = Awaited<ReturnType<PermitReads['grantsOf']>>;

/**
 * Reads a user's roles in the tenant and on its instances. `stored`: those that a reactivation will restore.
 * @throws {PermitApiError}
 */
export async function readHeldRoles(
  reads: Pick<PermitReads, 'user' | 'grantsOf'>,
  { tenant, subject }: Holder,
): Promise<{ readonly user: User; readonly assigned: Grants; readonly stored: Grants }> {
  const [user, grants] = await Promise.all([reads.user(subject), reads.grantsOf(subject)]);
  const stored = parseSuspendedRoles(user?.attributes[suspendedRolesAttribute]);
  const isHere = (grant: { readonly tenant: string }): boolean => grant.tenant === tenant;
  return { user, assigned: grants.filter(isHere), stored: stored.filter(isHere) };
}
