import { and, asc, desc, eq, getTableColumns, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { dormantDays, sourceKinds, type SourceKind } from './member.ts';
import type { MemberFilter, MemberPage } from './members-inputs.ts';
import { members } from './tables.ts';

export type MemberRow = typeof members.$inferSelect;

export interface MemberCounts {
  readonly all: number;
  readonly machines: number;
  readonly dormant: number;
  readonly suspended: number;
  readonly roles: Readonly<Record<string, number>>;
  readonly sources: Readonly<Record<SourceKind, number>>;
}

/** Words of a search that count. */
const mostWords = 8;

/** The members of one tenant, as they were last read. */
export interface MemberStore {
  list(page: MemberPage): Promise<MemberRow[]>;
  /** How many there are, by what they can be filtered by, whatever the filter is. */
  counts(roles: readonly string[]): Promise<MemberCounts>;
  find(subject: string): Promise<MemberRow | undefined>;
}

// Nobody is called dormant of whom Logto has not said when they came.
const lastSeen = sql`coalesce(${members.lastSignInAt}, ${members.createdAt}, now())`;
const isDormant = sql`(${members.kind} = 'person' and ${members.status} = 'active'
  and ${lastSeen} < now() - make_interval(days => ${sql.raw(String(dormantDays))}))`;
const signIn = sql`coalesce(${members.lastSignInAt}, 'epoch')`;

export function createMemberStore(db: NodePgDatabase, tenant: string): MemberStore {
  const here = eq(members.tenant, tenant);
  return {
    list({ sort, direction, after, limit, ...filter }) {
      const key = sort === 'name' ? sql`${members.sortName}` : signIn;
      const order = direction === 'asc' ? asc : desc;
      const comparison = sql.raw(direction === 'asc' ? '>' : '<');
      // The value's type is the column's: a timestamp goes as text, with all its digits.
      const value = sort === 'name' ? sql`${after?.value}` : sql`${after?.value}::timestamptz`;
      return db
        .select(getTableColumns(members))
        .from(members)
        .where(
          and(
            here,
            ...conditionsOf(filter),
            after === undefined
              ? undefined
              : sql`(${key}, ${members.subject}) ${comparison} (${value}, ${after.subject})`,
          ),
        )
        .orderBy(order(key), order(members.subject))
        .limit(limit);
    },

    async counts(roles) {
      const [found] = await db
        .select({
          all: sql<number>`count(*)::int`,
          machines: counted(sql`${members.kind} = 'machine'`),
          suspended: counted(sql`${members.status} = 'suspended'`),
          dormant: counted(isDormant),
          ...Object.fromEntries(
            roles.map((role) => [`role ${role}`, counted(sql`${role} = any(${members.roles})`)]),
          ),
          ...Object.fromEntries(
            sourceKinds.map((kind) => [`source ${kind}`, counted(sql`${kind} = any(${members.sources})`)]),
          ),
        })
        .from(members)
        .where(here);
      const { all = 0, machines = 0, suspended = 0, dormant = 0, ...rest } = found ?? {};
      const numberOf = (name: string): number =>
        Number(Object.entries(rest).find(([key]) => key === name)?.[1] ?? 0);
      return {
        all,
        machines,
        suspended,
        dormant,
        roles: Object.fromEntries(roles.map((role) => [role, numberOf(`role ${role}`)])),
        sources: {
          default: numberOf('source default'),
          logto: numberOf('source logto'),
          request: numberOf('source request'),
          hand: numberOf('source hand'),
        },
      };
    },

    async find(subject) {
      const [found] = await db
        .select()
        .from(members)
        .where(and(here, eq(members.subject, subject)));
      return found;
    },
  };
}

function counted(condition: SQL): SQL<number> {
  return sql<number>`(count(*) filter (where ${condition}))::int`;
}

function conditionsOf({ search, role, source, status, kind }: MemberFilter): SQL[] {
  const words = searchable(search ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, mostWords);
  return [
    ...words.map((word) => sql`${members.searchText} like ${`%${escaped(word)}%`}`),
    ...(role === undefined ? [] : [sql`${members.roles} @> array[${role}]`]),
    ...(source === undefined ? [] : [sql`${members.sources} @> array[${source}]`]),
    ...(role === undefined || source === undefined
      ? []
      : [
          sql`exists (select from unnest(${members.roles}, ${members.sources}) as held(role, source)
            where held.role = ${role} and held.source = ${source})`,
        ]),
    ...(kind === undefined ? [] : [eq(members.kind, kind)]),
    ...(status === undefined
      ? []
      : status === 'dormant'
        ? [isDormant]
        : status === 'suspended'
          ? [eq(members.status, 'suspended')]
          : [sql`(${members.status} = 'active' and not ${isDormant})`]),
  ];
}

/** Text as it is searched in and for. */
export function searchable(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** What `like` would read as a pattern. */
function escaped(word: string): string {
  return word.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

/** Whether a row belongs to somebody who has not signed in for long. */
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
