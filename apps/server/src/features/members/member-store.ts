import { and, asc, count, desc, eq, getTableColumns, inArray, or, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import type { HolderFilter, RoleGroup } from '../../directory/directory-person.ts';
import { conditionsOf, isDormantFor } from './member-conditions.ts';
import { dormantDays, MemberFilter } from './member.ts';
import { members, sortKeys } from './tables.ts';

export type MemberRow = typeof members.$inferSelect;

export type MemberStore = ReturnType<typeof createMemberStore>;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
const sorts = Object.keys(sortKeys) as (keyof typeof sortKeys)[];

export const ListInput = MemberFilter.extend({
  sort: z.enum(sorts).default('name'),
  direction: z.enum(['asc', 'desc']).default('asc'),
  offset: z.number().int().min(0).max(10_000_000).default(0),
  limit: z.number().int().min(1).max(100).default(50),
});
type MemberPage = z.output<typeof ListInput>;

export function createMemberStore(db: NodePgDatabase, tenant: string) {
  const here = eq(members.tenant, tenant);
  return {
    async list({ sort, direction, offset, limit, ...filter }: MemberPage): Promise<MemberRow[]> {
      const key = sortKeys[sort];
      const order = direction === 'asc' ? asc : desc;
      // Skips the rows before the page within the index, so that only the page's rows are read.
      const page = db
        .select({ subject: members.subject })
        .from(members)
        .where(and(here, ...conditionsOf(filter)))
        .orderBy(order(key), order(members.subject))
        .offset(offset)
        .limit(limit)
        .as('page');
      return db
        .select(getTableColumns(members))
        .from(members)
        .innerJoin(page, eq(page.subject, members.subject))
        .where(here)
        .orderBy(order(key), order(members.subject));
    },

    total: (filter: MemberFilter) => db.$count(members, and(here, ...conditionsOf(filter))),

    async find(subject: string): Promise<MemberRow | undefined> {
      const [found] = await db
        .select()
        .from(members)
        .where(and(here, eq(members.subject, subject)));
      return found;
    },

    async among(subjects: readonly string[]): Promise<MemberRow[]> {
      if (subjects.length === 0) return [];
      return db
        .select()
        .from(members)
        .where(and(here, inArray(members.subject, [...subjects])));
    },

    async forget(subject: string): Promise<void> {
      await db.delete(members).where(and(here, eq(members.subject, subject)));
    },

    /** Counts the active members with each combination of roles. */
    groups: (): Promise<RoleGroup[]> =>
      db
        .select({ roles: members.roles, members: count() })
        .from(members)
        .where(and(here, isActive))
        .groupBy(members.roles),

    async inGroups(groups: readonly RoleGroup[], limit: number): Promise<MemberRow[]> {
      if (groups.length === 0) return [];
      const isIn = groups.map(({ roles }) => sql`${members.roles} = ${sql.param([...roles], members.roles)}`);
      return db
        .select()
        .from(members)
        .where(and(here, isActive, or(...isIn)))
        .orderBy(members.sortName, members.subject)
        .limit(limit);
    },

    async holders({
      limit,
      offset = 0,
      ...filter
    }: HolderFilter & { readonly limit: number; readonly offset?: number }) {
      const where = and(here, isActive, ...holderConditions(filter));
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
    },
  };
}

export function statusOf({
  kind,
  status,
  lastSignInAt,
  createdAt,
}: MemberRow): MemberRow['status'] | 'dormant' {
  const seen = (lastSignInAt ?? createdAt)?.getTime();
  const isLongAgo = seen !== undefined && seen < Date.now() - dormantDays * 86_400_000;
  return kind === 'person' && status === 'active' && isLongAgo ? 'dormant' : status;
}

/** Suspended members are excluded, because their roles have no effect. */
const isActive = eq(members.status, 'active');

function holderConditions({ roles, onlyMachines = false, dormantDays }: HolderFilter): (SQL | undefined)[] {
  return [
    roles === 'any' ? sql`${members.roles} <> '{}'` : undefined,
    typeof roles === 'object' ? sql`${members.roles} && ${sql.param([...roles], members.roles)}` : undefined,
    onlyMachines ? eq(members.kind, 'machine') : undefined,
    dormantDays === undefined ? undefined : isDormantFor(dormantDays),
  ];
}
