import {
  and,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  gt,
  inArray,
  lt,
  lte,
  min,
  or,
  sql,
  type SQL,
} from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { lockUntilCommit } from '../../platform/database/open-database.ts';
import { approveRequest, type Approval } from './grant-role.ts';
import type { Notices } from '../../directory/notice.ts';
import { isLive } from './live-grants.ts';
import { accessGrants, accessRequests, requestApprovals, type GrantRow } from './tables.ts';
import { type TargetColumns, isTarget } from './target.ts';

export type RequestRow = typeof accessRequests.$inferSelect;
export type RequestStatus = RequestRow['status'];

/** A request with its resulting grant and, if it needs two approvals, the approvals so far. */
export interface RequestWithGrant extends RequestRow {
  readonly grant: GrantRow | null;
  /** Oldest first. */
  readonly approvals: readonly { readonly by: string; readonly at: string }[];
}

export interface RequestCursor {
  readonly createdAt: Date;
  readonly id: string;
}

export interface RequestPage {
  readonly status?: RequestStatus | undefined;
  readonly requester?: string | undefined;
  readonly after?: RequestCursor | undefined;
  readonly limit: number;
  readonly where?: SQL | undefined;
}

export interface Ending {
  readonly until: Date;
  readonly offset: number;
  readonly limit: number;
}

export interface NewRequest extends TargetColumns {
  readonly id: string;
  readonly requester: string;
  readonly reason: string;
  readonly permission: string | null;
  readonly permissionOn: string | null;
  readonly duration: number | null;
}

export interface RequestStoreDeps {
  readonly db: NodePgDatabase;
  readonly now: () => Date;
}

const hour = 3_600_000;
/** Per user and tenant, because each request notifies every approver. */
export const limits = { open: 20, perHour: 60 };

export type RequestStore = ReturnType<typeof createRequestStore>;

/** The requests and grants of one tenant. No method accesses those of another tenant, even by id. */
export function createRequestStore({ db, now }: RequestStoreDeps, tenant: string) {
  const here = (...conditions: (SQL | undefined)[]) => and(eq(accessRequests.tenant, tenant), ...conditions);
  const isGrantOf = (subject: string, target: TargetColumns) =>
    and(eq(accessGrants.tenant, tenant), eq(accessGrants.subject, subject), isTarget(accessGrants, target));
  const select = () =>
    db
      .select({
        ...getTableColumns(accessRequests),
        grant: getTableColumns(accessGrants),
        approvals: sql<RequestWithGrant['approvals']>`(
          select coalesce(json_agg(json_build_object('by', ${requestApprovals.by}, 'at', ${requestApprovals.at})
            order by ${requestApprovals.at}), '[]')
          from ${requestApprovals} where ${requestApprovals.requestId} = ${accessRequests.id})`,
      })
      .from(accessRequests)
      .leftJoin(accessGrants, eq(accessGrants.id, accessRequests.grantId));

  return {
    /** Returns `open` if the requester already has an open request for the target, `limit` if they have too many. */
    insert: (request: NewRequest, notices: Pick<Notices, 'add'>): Promise<RequestRow | 'open' | 'limit'> =>
      db.transaction(async (transaction) => {
        const at = now();
        const { requester } = request;
        // Serializes the requests of a user, so that concurrent ones cannot exceed the limits.
        await lockUntilCommit(transaction, JSON.stringify(['requests', tenant, requester]));
        const [asked] = await transaction
          .select({
            open: sql<number>`(count(*) filter (where ${accessRequests.status} = 'open'))::int`,
            recently: sql<number>`(count(*) filter (where ${gt(accessRequests.createdAt, new Date(at.getTime() - hour))}))::int`,
          })
          .from(accessRequests)
          .where(here(eq(accessRequests.requester, requester)));
        if (asked === undefined || asked.open >= limits.open || asked.recently >= limits.perHour)
          return 'limit';
        const [inserted] = await transaction
          .insert(accessRequests)
          .values({ ...request, tenant, createdAt: at })
          .onConflictDoNothing()
          .returning();
        if (inserted !== undefined)
          await notices.add(transaction, [{ kind: 'asked', requestId: inserted.id }]);
        return inserted ?? 'open';
      }),
    /** Newest first. */
    async list({ status, requester, after, limit, where }: RequestPage): Promise<RequestWithGrant[]> {
      const { createdAt, id } = accessRequests;
      return select()
        .where(
          here(
            where,
            requester === undefined ? undefined : eq(accessRequests.requester, requester),
            status === undefined ? undefined : eq(accessRequests.status, status),
            after === undefined
              ? undefined
              : or(lt(createdAt, after.createdAt), and(eq(createdAt, after.createdAt), lt(id, after.id))),
          ),
        )
        .orderBy(desc(createdAt), desc(id))
        .limit(limit);
    },
    /** Counts the open requests. `oldestAt`: when the oldest one was made. */
    async countOpen(where?: SQL) {
      const [open] = await db
        .select({ count: count(), oldestAt: min(accessRequests.createdAt) })
        .from(accessRequests)
        .where(here(where, eq(accessRequests.status, 'open')));
      return { count: open?.count ?? 0, oldestAt: open?.oldestAt ?? null };
    },
    async find(id: string): Promise<RequestWithGrant | undefined> {
      return (await select().where(here(eq(accessRequests.id, id))))[0];
    },
    async openRequest(requester: string, target: TargetColumns): Promise<RequestRow | undefined> {
      const [found] = await db
        .select()
        .from(accessRequests)
        .where(
          here(
            eq(accessRequests.requester, requester),
            eq(accessRequests.status, 'open'),
            isTarget(accessRequests, target),
          ),
        );
      return found;
    },
    /** Withdraws a request. Returns whether it was open and was the requester's. */
    async withdraw(id: string, requester: string): Promise<boolean> {
      const withdrawn = await db
        .update(accessRequests)
        .set({ status: 'withdrawn', decidedAt: now() })
        .where(
          here(
            eq(accessRequests.id, id),
            eq(accessRequests.requester, requester),
            eq(accessRequests.status, 'open'),
          ),
        )
        .returning({ id: accessRequests.id });
      return withdrawn.length > 0;
    },
    /**
     * Approves an open request: grants the role, or extends its grant. Returns `first` if another user must also
     * approve, `not-open` if another decision came first, and `held` if the existing grant cannot be extended, so that
     * the request stays open.
     */
    approve: (id: string, decision: Approval) => approveRequest({ db, now }, { tenant, id }, decision),
    /** Refuses a request. Returns whether it was open. */
    async refuse(
      id: string,
      { by, note }: { readonly by: string; readonly note: string | null },
    ): Promise<boolean> {
      const refused = await db
        .update(accessRequests)
        .set({ status: 'refused', decidedBy: by, decidedAt: now(), note })
        .where(here(eq(accessRequests.id, id), eq(accessRequests.status, 'open')))
        .returning({ id: accessRequests.id });
      return refused.length > 0;
    },
    /** Returns the roles that end until a time, the first to end first, and their total number. */
    async ending({ until, offset, limit }: Ending) {
      const { status, expiresAt, id } = accessGrants;
      const where = and(
        eq(accessGrants.tenant, tenant),
        inArray(status, ['pending', 'active']),
        gt(expiresAt, now()),
        lte(expiresAt, until),
      );
      const [total, rows] = await Promise.all([
        db.$count(accessGrants, where),
        db
          .select()
          .from(accessGrants)
          .where(where)
          .orderBy(asc(expiresAt), asc(id))
          .offset(offset)
          .limit(limit),
      ]);
      return { total, rows };
    },
    liveGrantsOf: async (subjects: readonly string[]): Promise<GrantRow[]> =>
      db
        .select()
        .from(accessGrants)
        .where(and(eq(accessGrants.tenant, tenant), inArray(accessGrants.subject, [...subjects]), isLive)),
    async liveGrant(subject: string, target: TargetColumns): Promise<GrantRow | undefined> {
      const [found] = await db
        .select()
        .from(accessGrants)
        .where(and(isGrantOf(subject, target), isLive));
      return found;
    },
  };
}
