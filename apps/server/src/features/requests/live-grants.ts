import { and, desc, eq, gt, inArray, isNotNull, isNull, or, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { EndGrant } from '../../directory/roles-in-tenant.ts';
import { parseInstance, type Instance } from '../../directory/shared-resources.ts';
import { isDatabaseOutage } from '../../platform/database/outage.ts';
import { accessGrants, accessRequests } from './tables.ts';
import { objectOf, targetOf, type TargetColumns } from './target.ts';

/** A role that was granted in a tenant or on an instance, by a request or by an administrator who set an end. */
export interface LiveGrant {
  readonly tenant: string;
  readonly subject: string;
  readonly role: string;
  /** The latest request for the role; `null` if there is none. */
  readonly requestId: string | null;
  /** The Permit key of the user who granted or last extended the role. */
  readonly by: string;
  /** When the role was granted or last extended. */
  readonly at: Date;
  /** When the grant ends; `null` for no end. */
  readonly endsAt: Date | null;
  /** Whether the grant has ended and its role is being removed. */
  readonly isEnding: boolean;
}

/** Matches grants whose role is not yet removed. */
export const isLive = inArray(accessGrants.status, ['pending', 'active', 'ending']);
const inTenant = isNull(accessGrants.resource);
const on = ({ resource, id }: Instance): SQL | undefined =>
  and(eq(accessGrants.resource, resource), eq(accessGrants.instance, id));

/** Returns the live grants of tenant roles to these users, in all tenants. */
export async function tenantGrantsOf(db: NodePgDatabase, subjects: readonly string[]): Promise<LiveGrant[]> {
  if (subjects.length === 0) return [];
  return liveGrants(db, and(inTenant, inArray(accessGrants.subject, [...subjects])));
}

/** Returns the live grants to these users in a tenant and on its instances (`reports:<id>`). */
export async function grantsAmong(
  db: NodePgDatabase,
  { tenant, subjects }: { readonly tenant: string; readonly subjects: readonly string[] },
): Promise<(LiveGrant & { readonly instance: string | undefined })[]> {
  const which = and(eq(accessGrants.tenant, tenant), inArray(accessGrants.subject, [...subjects]));
  return (await liveGrants(db, which)).map((grant) => ({ ...grant, instance: objectOf(grant) }));
}

type RequestedGrant = LiveGrant & { readonly requestId: string };

/** Returns the live grants on one instance that come from requests. */
export async function instanceGrantsOn(
  db: NodePgDatabase,
  { tenant, ...instance }: Instance & { readonly tenant: string },
): Promise<RequestedGrant[]> {
  return (await liveGrants(db, and(eq(accessGrants.tenant, tenant), on(instance)))).filter(isRequested);
}

/** Returns a user's live grants on the instances of a resource that come from requests. */
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
  readonly finish: (id: string) => Promise<boolean>;
}

export function createEndGrant({ db, now, finish }: EndGrantDeps): EndGrant {
  return async ({ tenant, subject, role, instance, by }) => {
    const [ended] = await db
      .update(accessGrants)
      .set({
        expiresAt: sql`least(${accessGrants.expiresAt}, ${now().toISOString()}::timestamptz)`,
        endedBy: by,
      })
      .where(
        and(
          isLive,
          instance === undefined ? inTenant : on(parseInstance(instance)),
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
      // The caller's change is recorded as failed. So the worker records the end when it has removed the role.
      await db.update(accessGrants).set({ endedBy: null }).where(eq(accessGrants.id, ended.id));
      throw error;
    }
    return true;
  };
}

/** Milliseconds for which the past end of a role is still reported. */
const reportedFor = 86_400_000;

/** Returns the ends of the user's temporary roles, also those of the last day; none while the database is down. */
export async function roleEndsOf(
  db: NodePgDatabase,
  of: { readonly tenant: string; readonly subject: string; readonly now: Date },
) {
  const { role, resource, instance, tenant, subject, status, expiresAt, endedBy } = accessGrants;
  const isAssigned = inArray(status, ['active', 'ending']);
  const isRecent = gt(expiresAt, new Date(of.now.getTime() - reportedFor));
  try {
    const found = await db
      .select({ role, resource, instance, status, expiresAt, endedBy })
      .from(accessGrants)
      .where(
        and(
          eq(tenant, of.tenant),
          eq(subject, of.subject),
          isNotNull(expiresAt),
          or(isAssigned, and(eq(status, 'ended'), isRecent)),
        ),
      )
      .orderBy(desc(expiresAt));
    return found.flatMap(({ status: current, expiresAt: at, endedBy: by, ...columns }) => {
      const target = targetOf(columns);
      if (target === undefined || at === null) return [];
      const hasEnded = current !== 'active' || at <= of.now;
      return [{ target, at: at.toISOString(), hasEnded, isRemoved: by !== null }];
    });
  } catch (error) {
    if (isDatabaseOutage(error)) return [];
    throw error;
  }
}
