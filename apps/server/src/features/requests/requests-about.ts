import { and, desc, eq, isNotNull, notExists, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Instance } from '../../directory/shared-resources.ts';
import { gauge, type Figure } from '../../platform/metrics/figures.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { decidableBy, type ApprovalRules } from './decide-rights.ts';
import { createRequestStore, type RequestStoreDeps } from './request-store.ts';
import { accessGrants, accessRequests, requestApprovals } from './tables.ts';
import { instanceIn } from './target.ts';

interface About<Kind extends string> {
  /** Stays the same while the notification is about the same event. */
  readonly id: string;
  readonly kind: Kind;
  readonly at: Date;
  readonly roles: readonly string[];
  readonly on: Instance | null;
  /** The Permit key of the requester; `null` if the notification is not about a request. */
  readonly by: string | null;
  readonly request: string | null;
  readonly endsAt: string | null;
}

/** Returns a user's roles that end soon, once `GrantStore.warn` has marked their grants. */
export async function endingSoonOf(
  db: NodePgDatabase,
  of: { readonly tenant: string; readonly subject: string },
): Promise<About<'ends-soon'>[]> {
  const { tenant, subject, status, warnedAt } = accessGrants;
  const grants = await db
    .select()
    .from(accessGrants)
    .where(and(eq(tenant, of.tenant), eq(subject, of.subject), eq(status, 'active'), isNotNull(warnedAt)))
    .orderBy(desc(warnedAt))
    .limit(50);
  return grants.flatMap((grant) =>
    grant.warnedAt === null || grant.expiresAt === null
      ? []
      : [
          {
            // An extended grant has a new end, which makes a new notification.
            id: `ends-soon:${grant.id}:${grant.expiresAt.getTime()}`,
            kind: 'ends-soon',
            at: grant.warnedAt,
            roles: [grant.role],
            on: instanceIn(grant),
            by: null,
            request: null,
            endsAt: grant.expiresAt.toISOString(),
          },
        ],
  );
}

/** Returns the open requests that wait for the caller's decision, newest first. @throws {AuthorizationUnavailableError} */
export async function toDecide(
  deps: RequestStoreDeps & { readonly rules: ApprovalRules },
  caller: SignedIn,
  limit: number,
): Promise<About<'to-decide'>[]> {
  const { tenant, subject } = caller.identity;
  const { requestId, by } = requestApprovals;
  const approved = deps.db
    .select()
    .from(requestApprovals)
    .where(and(eq(requestId, accessRequests.id), eq(by, subject)));
  const where = and(await decidableBy(deps.db, caller, deps.rules), notExists(approved));
  const waiting = await createRequestStore(deps, tenant).list({ status: 'open', limit, where });
  return waiting.map((request) => ({
    id: `to-decide:${request.id}`,
    kind: 'to-decide',
    at: request.createdAt,
    roles: [request.role],
    on: instanceIn(request),
    by: request.requester,
    request: request.id,
    endsAt: null,
  }));
}

/** Queue sizes for metrics. The age is in seconds; `null` if no request is open. */
interface RequestFigures extends Record<string, unknown> {
  readonly openRequests: number;
  readonly oldestOpenAge: number | null;
  readonly pendingGrants: number;
  readonly overdueGrants: number;
  readonly endingGrants: number;
}

/** Reads the metrics of requests and grants in one statement, from partial indexes. */
export async function readRequestFigures(db: NodePgDatabase): Promise<readonly Figure[]> {
  const { rows } = await db.execute<RequestFigures>(sql`
    select requests.*, grants.*
    from
      (select count(*)::int as "openRequests",
        extract(epoch from now() - min(created_at))::float8 as "oldestOpenAge"
      from ${accessRequests} where status = 'open') as requests,
      (select count(*) filter (where status = 'pending')::int as "pendingGrants",
        count(*) filter (where expires_at <= now())::int as "overdueGrants",
        count(*) filter (where expires_at > now() and expires_at <= now() + interval '1 day')::int as "endingGrants"
      from ${accessGrants} where status in ('pending', 'active', 'ending')) as grants`);
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
  ];
}
