import { and, desc, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Instance } from '../../directory/shared-resources.ts';
import { accessGrants, accessRequests } from './tables.ts';
import { objectOf, type TargetColumns } from './target.ts';

/** A role in a tenant or on an instance, from a request or with an end that an administrator set. */
export interface LiveGrant {
  readonly tenant: string;
  readonly subject: string;
  readonly role: string;
  /** The most recent request that led to it; `null` without one. */
  readonly requestId: string | null;
  /** The Permit key of the user who granted or extended it, and when. */
  readonly by: string;
  readonly at: Date;
  /** `null` for no end. */
  readonly endsAt: Date | null;
  /** Whether it has ended and the role is being removed. */
  readonly isEnding: boolean;
}

/** Matches grants that have not ended. */
export const isLive = inArray(accessGrants.status, ['pending', 'active', 'ending']);
const inTenant = isNull(accessGrants.resource);
const on = ({ resource, id }: Instance): SQL | undefined =>
  and(eq(accessGrants.resource, resource), eq(accessGrants.instance, id));

/** The granted tenant roles of these users, in all tenants. */
export async function tenantGrantsOf(db: NodePgDatabase, subjects: readonly string[]): Promise<LiveGrant[]> {
  if (subjects.length === 0) return [];
  return liveGrants(db, and(inTenant, inArray(accessGrants.subject, [...subjects])));
}

/** The roles of these users in a tenant and on its instances (`reports:<id>`) from grants. */
export async function grantsAmong(
  db: NodePgDatabase,
  { tenant, subjects }: { readonly tenant: string; readonly subjects: readonly string[] },
): Promise<(LiveGrant & { readonly instance: string | undefined })[]> {
  const which = and(eq(accessGrants.tenant, tenant), inArray(accessGrants.subject, [...subjects]));
  return (await liveGrants(db, which)).map((grant) => ({ ...grant, instance: objectOf(grant) }));
}

/** A role from a request. */
type RequestedGrant = LiveGrant & { readonly requestId: string };

/** The roles on one instance of the tenant from requests. */
export async function instanceGrantsOn(
  db: NodePgDatabase,
  { tenant, ...instance }: Instance & { readonly tenant: string },
): Promise<RequestedGrant[]> {
  return (await liveGrants(db, and(eq(accessGrants.tenant, tenant), on(instance)))).filter(isRequested);
}

/** A user's roles on the instances of a resource from requests. */
export async function instanceGrantsOf(
  db: NodePgDatabase,
  of: { readonly tenant: string; readonly subject: string; readonly resource: string },
): Promise<(RequestedGrant & { readonly instance: string })[]> {
  const { tenant, subject, resource } = accessGrants;
  const found = await liveGrants(
    db,
    and(eq(tenant, of.tenant), eq(subject, of.subject), eq(resource, of.resource)),
  );
  return found
    .filter(isRequested)
    .flatMap((grant) => (grant.instance === null ? [] : [{ ...grant, instance: grant.instance }]));
}

function isRequested<Grant extends LiveGrant>(grant: Grant): grant is Grant & RequestedGrant {
  return grant.requestId !== null;
}

async function liveGrants(
  db: NodePgDatabase,
  which: SQL | undefined,
): Promise<(LiveGrant & Pick<TargetColumns, 'resource' | 'instance'>)[]> {
  const { tenant, subject, role, resource, instance, expiresAt, status, grantedBy, decidedAt } = accessGrants;
  const found = await db
    .selectDistinctOn([accessGrants.id], {
      tenant,
      subject,
      role,
      resource,
      instance,
      by: grantedBy,
      at: decidedAt,
      endsAt: expiresAt,
      status,
      requestId: accessRequests.id,
    })
    .from(accessGrants)
    .leftJoin(accessRequests, eq(accessRequests.grantId, accessGrants.id))
    .where(and(isLive, which))
    .orderBy(accessGrants.id, desc(accessRequests.createdAt));
  return found.map(({ status, ...grant }) => ({ ...grant, isEnding: status === 'ending' }));
}

export interface EndGrantDeps {
  readonly db: NodePgDatabase;
  readonly now: () => Date;
  /** Removes the role of a grant whose end has come. */
  readonly finish: (id: string) => Promise<boolean>;
}

/**
 * Ends the grant of a tenant role, or of a role on an instance, now. Returns `false` when there is none. Even if it
 * rejects, the grant has ended, and the worker will remove the role.
 * @throws {PermitApiError}
 */
export type EndGrant = (
  grant: Pick<LiveGrant, 'tenant' | 'subject' | 'role'> & {
    /** The Permit key of the user who removes the role. */ readonly by: string;
  },
  instance?: Instance,
) => Promise<boolean>;

export function createEndGrant({ db, now, finish }: EndGrantDeps): EndGrant {
  return async ({ tenant, subject, role, by }, instance) => {
    const [ended] = await db
      .update(accessGrants)
      .set({
        expiresAt: sql`least(${accessGrants.expiresAt}, ${now().toISOString()}::timestamptz)`,
        endedBy: by,
      })
      .where(
        and(
          isLive,
          instance === undefined ? inTenant : on(instance),
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
      // The change is recorded as failed. When the worker succeeds later, that end is recorded separately.
      await db.update(accessGrants).set({ endedBy: null }).where(eq(accessGrants.id, ended.id));
      throw error;
    }
    return true;
  };
}
