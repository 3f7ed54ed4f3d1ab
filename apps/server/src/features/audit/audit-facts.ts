import { and, count, countDistinct, desc, eq, gte, inArray, isNull, lt, max, min, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { createEventReader } from './event-reader.ts';
import { auditEvents } from './tables.ts';

interface PeriodRows {
  readonly since: Date;
  readonly until: Date;
  readonly limit: number;
}

interface User {
  readonly tenant: string;
  readonly subject: string;
}
interface RecentRows {
  readonly since: Date;
  readonly limit: number;
}

/** Reads events for other features. */
export function createAuditFacts(db: NodePgDatabase) {
  const { at, tenant: tenantOf, kind, outcome, actor, action, instance } = auditEvents;
  const happened = (tenant: string, { since, until }: PeriodRows) =>
    and(eq(tenantOf, tenant), gte(at, since), lt(at, until));
  return {
    /** Returns the completed changes of a user's access, newest first. */
    changesAbout: (
      { tenant, subject }: User,
      {
        since,
        actions,
        ...page
      }: RecentRows & { readonly actions: readonly string[]; readonly before: string | undefined },
    ) =>
      createEventReader(db, tenant).list(
        { subject, kind: 'change', actions: [...actions], outcomes: ['done'], from: since.toISOString() },
        page,
      ),

    /** Returns when gates last denied a user each permission and instance, newest first. */
    async denialsOf({ tenant, subject }: User, { since, limit }: RecentRows) {
      const lastAt = max(at);
      const rows = await db
        .select({ action, instance, at: lastAt })
        .from(auditEvents)
        .where(
          and(
            eq(tenantOf, tenant),
            eq(actor, subject),
            gte(at, since),
            eq(outcome, 'deny'),
            // A denial in a view as another user, or through an actor, may result from the other user's permissions.
            sql`not coalesce(${auditEvents.detail} ?| array['viewAs', 'actsFor'], false)`,
          ),
        )
        .groupBy(action, instance)
        .orderBy(desc(lastAt))
        .limit(limit);
      return rows.map((row) => ({ ...row, at: (row.at ?? since).toISOString() }));
    },

    /** Returns denials by gates, grouped by user and permission, with the most frequent first. */
    async denials(tenant: string, period: PeriodRows) {
      const denied = db
        .select({
          actor: sql<string>`${actor}`.as('denied_actor'),
          permission: action,
          times: count().as('times'),
          instances: countDistinct(instance).as('instances'),
          firstAt: min(at).as('first_at'),
          lastAt: max(at).as('last_at'),
        })
        .from(auditEvents)
        // Contains the condition of the partial index of refusals, so that PostgreSQL can use it.
        .where(
          and(
            happened(tenant, period),
            sql`outcome not in ('allow', 'done')`,
            eq(outcome, 'deny'),
            sql`${actor} is not null`,
          ),
        )
        .groupBy(actor, action)
        .as('denied');
      const [total, rows] = await Promise.all([
        db.$count(denied),
        db
          .select()
          .from(denied)
          .orderBy(desc(denied.times), denied.actor, denied.permission)
          .limit(period.limit),
      ]);
      const timeOf = (time: Date | null): Date => time ?? period.until;
      return {
        total,
        rows: rows.map(({ firstAt, lastAt, ...row }) => ({
          ...row,
          firstAt: timeOf(firstAt),
          lastAt: timeOf(lastAt),
        })),
      };
    },

    /** Returns the latest changes that these actions made to users in the tenant, not on its instances; oldest first. */
    async roleChanges(
      tenant: string,
      { since, actions, limit }: RecentRows & { readonly actions: readonly string[] },
    ) {
      const { subject, id, detail } = auditEvents;
      const rows = await db
        .select({ subject, action, at, detail })
        .from(auditEvents)
        .where(
          and(
            eq(tenantOf, tenant),
            eq(kind, 'change'),
            gte(at, since),
            inArray(action, [...actions]),
            isNull(instance),
            // A failed removal names what it has removed.
            sql`(outcome = 'done' or action = 'member.remove')`,
          ),
        )
        .orderBy(desc(at), desc(id))
        .limit(limit);
      return rows
        .toReversed()
        .flatMap(({ subject: user, ...row }) => (user === null ? [] : [{ ...row, subject: user }]));
    },

    async changes(tenant: string, period: PeriodRows) {
      const { since, until, limit } = period;
      const filter = { kind: 'change', from: since.toISOString(), to: until.toISOString() } as const;
      const [total, rows] = await Promise.all([
        db.$count(auditEvents, and(happened(tenant, period), eq(kind, 'change'))),
        createEventReader(db, tenant).list(filter, { limit }),
      ]);
      return { total, rows };
    },
  };
}
