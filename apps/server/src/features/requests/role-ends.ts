import { and, desc, eq, gt, isNotNull, or, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { isDatabaseOutage } from '../../platform/database/outage.ts';
import { accessGrants } from './tables.ts';
import { targetOf } from './target.ts';

/** Milliseconds after the end of a role during which it is reported. */
const reportedFor = 86_400_000;

/**
 * The ends of a user's roles in the tenant, in the future or within the last day, the latest first. Empty while the
 * database cannot be reached.
 */
export async function roleEndsOf(
  db: NodePgDatabase,
  of: { readonly tenant: string; readonly subject: string; readonly now: Date },
) {
  const { role, resource, instance, tenant, subject, status, expiresAt, endedBy } = accessGrants;
  const isLive = sql`${status} in ('active', 'ending')`;
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
          or(isLive, and(eq(status, 'ended'), isRecent)),
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
