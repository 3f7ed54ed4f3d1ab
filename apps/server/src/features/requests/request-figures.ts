import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { accessGrants, accessRequests, requestNotices } from './tables.ts';

/** How much waits, for metrics. Ages are seconds; null: there is none. */
export interface RequestFigures extends Record<string, unknown> {
  readonly openRequests: number;
  readonly oldestOpenAge: number | null;
  /** Approved, and the role is not yet assigned. */
  readonly pendingGrants: number;
  /** Their end has come, and the role is not yet removed. */
  readonly overdueGrants: number;
  /** Their end comes within a day. */
  readonly endingGrants: number;
  readonly waitingNotices: number;
}

/** Reads the figures of requests and grants in one statement, from partial indexes. */
export async function readRequestFigures(db: NodePgDatabase): Promise<RequestFigures> {
  const { rows } = await db.execute<RequestFigures>(sql`
    select requests.*, grants.*, notices.*
    from
      (select count(*)::int as "openRequests",
        extract(epoch from now() - min(created_at))::float8 as "oldestOpenAge"
      from ${accessRequests} where status = 'open') as requests,
      (select count(*) filter (where status = 'pending')::int as "pendingGrants",
        count(*) filter (where expires_at <= now())::int as "overdueGrants",
        count(*) filter (where expires_at > now() and expires_at <= now() + interval '1 day')::int as "endingGrants"
      from ${accessGrants} where status in ('pending', 'active', 'ending')) as grants,
      (select count(*)::int as "waitingNotices" from ${requestNotices} where status = 'waiting') as notices`);
  const [figures] = rows;
  if (figures === undefined) throw new TypeError('A statement without a condition has a row.');
  return figures;
}
