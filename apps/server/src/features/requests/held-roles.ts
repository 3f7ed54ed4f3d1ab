import { parseSuspendedRoles, suspendedRolesAttribute, type PermitReads } from '@latchkey/directory-sync';
import { objectOf, type TargetColumns } from './target.ts';

/** A role that somebody holds in the tenant, or on an instance of it. */
export interface HeldRole {
  readonly role: string;
  /** `reports:<id>`; absent for a role in the tenant. */
  readonly instance?: string | undefined;
}

/**
 * The roles that were assigned to a user in a tenant, read from Permit's API. Those that a suspension has taken away count,
 * because the reactivation gives them back. @throws {PermitApiError}
 */
export type ReadHeldRoles = (subject: string, tenant: string) => Promise<HeldRole[]>;

export function createReadHeldRoles(reads: Pick<PermitReads, 'user' | 'grantsOf'>): ReadHeldRoles {
  return async (subject, tenant) => {
    const [user, grants] = await Promise.all([reads.user(subject), reads.grantsOf(subject)]);
    const suspended = parseSuspendedRoles(user?.attributes[suspendedRolesAttribute]);
    return [...grants, ...suspended].filter((grant) => grant.tenant === tenant);
  };
}

export function holds(held: readonly HeldRole[], target: TargetColumns): boolean {
  const object = objectOf(target);
  return held.some(({ role, instance }) => role === target.role && instance === object);
}
