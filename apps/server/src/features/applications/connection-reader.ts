import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { connectedApplications } from './tables.ts';

const { tenant, subject, clientId, state, name, scopes, changedAt, firstUsedAt, lastUsedAt } =
  connectedApplications;
const columns = { subject, clientId, state, name, scopes, firstUsedAt, lastUsedAt };

/** The largest numbers of rows that a page shows. */
const limits = { applications: 500, people: 100, unused: 50 };

export type ConnectionReader = ReturnType<typeof createConnectionReader>;

/** Reads the connections of a tenant that have not ended. */
export function createConnectionReader(db: NodePgDatabase, here: string) {
  const live = and(eq(tenant, here), sql`${state} <> 'ended'`);
  return {
    ofPerson: (who: string) =>
      db
        .select(columns)
        .from(connectedApplications)
        .where(and(live, eq(subject, who)))
        .orderBy(asc(sql`coalesce(${name}, ${clientId})`), asc(clientId)),

    async allowedFor(people: readonly string[]) {
      if (people.length === 0) return [];
      return db
        .select(columns)
        .from(connectedApplications)
        .where(and(live, eq(state, 'allowed'), inArray(subject, [...new Set(people)])))
        .orderBy(asc(clientId));
    },

    /** Returns each application with the numbers of its people, the most recently used first. */
    applications: () =>
      db
        .select({
          clientId,
          name: sql<
            string | null
          >`(array_agg(${name} order by ${changedAt} desc) filter (where ${name} is not null))[1]`,
          people: sql<number>`(count(*) filter (where ${state} = 'allowed'))::int`,
          waiting: sql<number>`(count(*) filter (where ${state} = 'waiting'))::int`,
          scopes: sql<string>`string_agg(distinct array_to_string(${scopes}, ' '), ' ')`,
          lastUsedAt: sql<Date | null>`max(${lastUsedAt})`.mapWith(lastUsedAt),
        })
        .from(connectedApplications)
        .where(live)
        .groupBy(clientId)
        .orderBy(sql`max(${lastUsedAt}) desc nulls last`, asc(clientId))
        .limit(limits.applications),

    /** Returns the latest name of an application, and `undefined` if nobody has connected it. */
    async nameOf(id: string): Promise<string | null | undefined> {
      const [row] = await db
        .select({ name })
        .from(connectedApplications)
        .where(and(eq(tenant, here), eq(clientId, id)))
        .orderBy(sql`${name} is null`, desc(changedAt))
        .limit(1);
      return row?.name;
    },

    /** Returns the first people of an application, and how many there are in total. */
    async peopleOf(id: string) {
      const rows = await db
        .select({ subject, state, lastUsedAt, total: sql<number>`(count(*) over ())::int` })
        .from(connectedApplications)
        .where(and(live, eq(clientId, id)))
        .orderBy(sql`${lastUsedAt} desc nulls last`, asc(subject))
        .limit(limits.people);
      return { rows, total: rows[0]?.total ?? 0 };
    },

    unusedSince: (since: Date) =>
      db
        .select(columns)
        .from(connectedApplications)
        .where(
          and(
            live,
            eq(state, 'allowed'),
            sql`coalesce(${lastUsedAt}, ${changedAt}) < ${since.toISOString()}::timestamptz`,
          ),
        )
        .orderBy(asc(sql`coalesce(${lastUsedAt}, ${changedAt})`), asc(subject), asc(clientId))
        .limit(limits.unused),
  };
}
