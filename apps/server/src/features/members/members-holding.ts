import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { HoldingFilter } from '../../auth/directory-person.ts';
import { isDormantFor } from './member-conditions.ts';
import type { MemberRow } from './member-store.ts';
import { isActive } from './role-groups.ts';
import { members } from './tables.ts';

/** The first active members that match the filter, by name, and their total number. */
export async function membersHolding(
  db: NodePgDatabase,
  tenant: string,
  { limit, ...filter }: HoldingFilter & { readonly limit: number },
): Promise<{ total: number; rows: MemberRow[] }> {
  const where = and(eq(members.tenant, tenant), isActive, ...conditionsOf(filter));
  const [total, rows] = await Promise.all([
    db.$count(members, where),
    db.select().from(members).where(where).orderBy(members.sortName, members.subject).limit(limit),
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
