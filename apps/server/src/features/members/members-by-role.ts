import { and, count, eq, or, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { RoleGroup, HoldingFilter } from '../../directory/directory-person.ts';
import type { MemberRow } from './member-store.ts';
import { members } from './tables.ts';
import { isDormantFor } from './member-conditions.ts';

/** Suspended members hold no roles. */
const isActive = eq(members.status, 'active');

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

/** The active members that match the filter, by name from an offset, and their total number. */
export async function membersHolding(
  db: NodePgDatabase,
  tenant: string,
  { limit, offset = 0, ...filter }: HoldingFilter & { readonly limit: number; readonly offset?: number },
): Promise<{ total: number; rows: MemberRow[] }> {
  const where = and(eq(members.tenant, tenant), isActive, ...conditionsOf(filter));
  const [total, rows] = await Promise.all([
    db.$count(members, where),
    db
      .select()
      .from(members)
      .where(where)
      .orderBy(members.sortName, members.subject)
      .offset(offset)
      .limit(limit),
  ]);
  return { total, rows };
}

function conditionsOf({ roles, onlyMachines = false, dormantDays }: HoldingFilter): (SQL | undefined)[] {
  return [
    roles === 'any' ? sql`${members.roles} <> '{}'` : undefined,
    typeof roles === 'object' ? sql`${members.roles} && ${sql.param([...roles], members.roles)}` : undefined,
    onlyMachines ? eq(members.kind, 'machine') : undefined,
    dormantDays === undefined ? undefined : isDormantFor(dormantDays),
  ];
}
