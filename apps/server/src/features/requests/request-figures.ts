import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { gauge, type Figure } from '../../platform/metrics/figures.ts';
import { accessGrants, accessRequests, requestNotices } from './tables.ts';

/** Queue sizes for metrics. Ages are in seconds; null when the queue is empty. */
interface RequestFigures extends Record<string, unknown> {
  readonly openRequests: number;
  readonly oldestOpenAge: number | null;
  /** Approved, with the role not yet assigned. */
  readonly pendingGrants: number;
  /** Ended, with the role not yet removed. */
  readonly overdueGrants: number;
  /** Ending within a day. */
  readonly endingGrants: number;
  readonly waitingNotices: number;
}

/** Reads the request and grant metrics in one statement, from partial indexes. */
export async function readRequestFigures(db: NodePgDatabase): Promise<readonly Figure[]> {
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
  const [requests] = rows;
  if (requests === undefined) throw new TypeError('A statement without a condition has a row.');
  return [
    gauge('latchkey_requests_open', 'Requests for access that wait for a decision.', requests.openRequests),
    gauge(
      'latchkey_requests_oldest_age_seconds',
      'Age of the oldest open request; 0 when there is none.',
      requests.oldestOpenAge ?? 0,
    ),
    gauge('latchkey_grants_pending', 'Approved, and not yet assigned in Permit.', requests.pendingGrants),
    gauge('latchkey_grants_overdue', 'Ended, and not yet removed in Permit.', requests.overdueGrants),
    gauge('latchkey_grants_ending', 'Grants that end within a day.', requests.endingGrants),
    gauge(
      'latchkey_notices_waiting',
      'Notices about requests that wait to be sent.',
      requests.waitingNotices,
    ),
  ];
}
