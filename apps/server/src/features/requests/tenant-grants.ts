import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { accessGrants, accessRequests } from './tables.ts';

/** A tenant role that a request gives. */
export interface TenantGrant {
  readonly tenant: string;
  readonly subject: string;
  readonly role: string;
  /** The newest request that led to it. */
  readonly requestId: string;
  /** `null`: for good. */
  readonly endsAt: Date | null;
  /** Whether it is over, and the role is being removed. */
  readonly isEnding: boolean;
}

const isLive = and(
  inArray(accessGrants.status, ['pending', 'active', 'ending']),
  isNull(accessGrants.resource),
);

/** The grants of these users that are not ended, in all tenants. */
export async function tenantGrantsOf(
  db: NodePgDatabase,
  subjects: readonly string[],
): Promise<TenantGrant[]> {
  if (subjects.length === 0) return [];
  const { tenant, subject, role, expiresAt, status } = accessGrants;
  const found = await db
    .selectDistinctOn([accessGrants.id], {
      tenant,
      subject,
      role,
      endsAt: expiresAt,
      status,
      requestId: accessRequests.id,
    })
    .from(accessGrants)
    .innerJoin(accessRequests, eq(accessRequests.grantId, accessGrants.id))
    .where(and(isLive, inArray(subject, [...subjects])))
    .orderBy(accessGrants.id, desc(accessRequests.createdAt));
  return found.map(({ status, ...grant }) => ({ ...grant, isEnding: status === 'ending' }));
}

export interface EndTenantGrantDeps {
  readonly db: NodePgDatabase;
  readonly now: () => Date;
  /** Removes the role of a grant whose end has come. */
  readonly finish: (id: string) => Promise<boolean>;
}

/**
 * Ends a grant now, as at its end. Returns `false` when there is none. When it rejects, the grant is over all the same: the
 * worker removes the role.
 * @throws {PermitApiError}
 */
export type EndTenantGrant = (
  grant: Pick<TenantGrant, 'tenant' | 'subject' | 'role'> & {
    /** Who takes the role away: a key in Permit. */ readonly by: string;
  },
) => Promise<boolean>;

export function createEndTenantGrant({ db, now, finish }: EndTenantGrantDeps): EndTenantGrant {
  return async ({ tenant, subject, role, by }) => {
    const [ended] = await db
      .update(accessGrants)
      .set({
        expiresAt: sql`least(${accessGrants.expiresAt}, ${now().toISOString()}::timestamptz)`,
        endedBy: by,
      })
      .where(
        and(
          isLive,
          eq(accessGrants.tenant, tenant),
          eq(accessGrants.subject, subject),
          eq(accessGrants.role, role),
        ),
      )
      .returning({ id: accessGrants.id });
    if (ended === undefined) return false;
    try {
      await finish(ended.id);
    } catch (error) {
      // The change is recorded as failed. When the worker succeeds later, that end is recorded by itself.
      await db.update(accessGrants).set({ endedBy: null }).where(eq(accessGrants.id, ended.id));
      throw error;
    }
    return true;
  };
}
