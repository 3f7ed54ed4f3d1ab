import { and, asc, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { dormantDays, type MemberFilter, type MemberPage } from './member.ts';
import { conditionsOf } from './member-conditions.ts';
import { members } from './tables.ts';

export type MemberRow = typeof members.$inferSelect;

/** The members of one tenant as last read. */
export interface MemberStore {
  list(page: MemberPage): Promise<MemberRow[]>;
  /** The number of members that match the filter. */
  total(filter: MemberFilter): Promise<number>;
  find(subject: string): Promise<MemberRow | undefined>;
  /** The members among these users. */
  among(subjects: readonly string[]): Promise<MemberRow[]>;
  /** Deletes a member who has left. */
  forget(subject: string): Promise<void>;
}

const signIn = sql`coalesce(${members.lastSignInAt}, 'epoch')`;

export function createMemberStore(db: NodePgDatabase, tenant: string): MemberStore {
  const here = eq(members.tenant, tenant);
  return {
    async list({ sort, direction, offset, limit, ...filter }) {
      const key = sort === 'name' ? sql`${members.sortName}` : signIn;
      const order = direction === 'asc' ? asc : desc;
      // Rows before the page are counted in the index of the order; only those of the page are read.
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

    total: (filter) => db.$count(members, and(here, ...conditionsOf(filter))),

    async find(subject) {
      const [found] = await db
        .select()
        .from(members)
        .where(and(here, eq(members.subject, subject)));
      return found;
    },

    async among(subjects) {
      if (subjects.length === 0) return [];
      return db
        .select()
        .from(members)
        .where(and(here, inArray(members.subject, [...subjects])));
    },

    async forget(subject) {
      await db.delete(members).where(and(here, eq(members.subject, subject)));
    },
  };
}

/** The status of a row, including `dormant`. */
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
