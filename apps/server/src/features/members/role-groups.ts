import { and, count, eq, or, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { RoleGroup } from '../../auth/directory-person.ts';
import type { MemberRow } from './member-store.ts';
import { members } from './tables.ts';

/** Suspended members hold no roles. */
export const isActive = eq(members.status, 'active');

/** The active members of the tenant, grouped by their roles. */
export async function roleGroups(db: NodePgDatabase, tenant: string): Promise<RoleGroup[]> {
  return db
    .select({ roles: members.roles, members: count() })
    .from(members)
    .where(and(eq(members.tenant, tenant), isActive))
    .groupBy(members.roles);
}

/** The first members of the groups, by name. */
export async function firstInGroups(
  db: NodePgDatabase,
  tenant: string,
  { groups, limit }: { readonly groups: readonly RoleGroup[]; readonly limit: number },
): Promise<MemberRow[]> {
  if (groups.length === 0) return [];
  return db
    .select()
    .from(members)
    .where(
      and(
        eq(members.tenant, tenant),
        isActive,
        or(...groups.map(({ roles }) => sql`${members.roles} = ${sql.param([...roles], members.roles)}`)),
      ),
    )
    .orderBy(members.sortName, members.subject)
    .limit(limit);
}
