import { and, desc, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { accessGrants, accessRequests } from './tables.ts';

/** A role on an instance that a request gives. */
export interface InstanceGrant {
  readonly instance: string;
  readonly role: string;
  /** The newest request that led to it. */
  readonly requestId: string;
  /** `null`: for good. */
  readonly endsAt: Date | null;
}

/** The grants of a user on the instances of a resource that are not ended. */
export async function instanceGrantsOf(
  db: NodePgDatabase,
  of: { readonly tenant: string; readonly subject: string; readonly resource: string },
): Promise<InstanceGrant[]> {
  const { id, tenant, subject, resource, instance, role, expiresAt, status } = accessGrants;
  const found = await db
    .selectDistinctOn([id], { instance, role, endsAt: expiresAt, requestId: accessRequests.id })
    .from(accessGrants)
    .innerJoin(accessRequests, eq(accessRequests.grantId, id))
    .where(
      and(
        inArray(status, ['pending', 'active', 'ending']),
        eq(tenant, of.tenant),
        eq(subject, of.subject),
        eq(resource, of.resource),
      ),
    )
    .orderBy(id, desc(accessRequests.createdAt));
  return found.flatMap((grant) => (grant.instance === null ? [] : [{ ...grant, instance: grant.instance }]));
}
