import type { ListPlan } from '@latchkey/permissions';
import { whereOf } from '@latchkey/permissions/drizzle';
import { randomUUID } from 'node:crypto';
import { and, count, desc, eq, getTableColumns, inArray, isNull, lt, or, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { accessGrants, accessRequests } from './tables.ts';
import type { TargetColumns } from './target.ts';

export type RequestRow = typeof accessRequests.$inferSelect;
export type GrantRow = typeof accessGrants.$inferSelect;
export type RequestStatus = RequestRow['status'];

/** A request with the grant that it led to. */
export interface RequestWithGrant extends RequestRow {
  readonly grant: GrantRow | null;
}

/** The last request of a page: the next page starts with the one after it. */
export interface RequestCursor {
  readonly createdAt: Date;
  readonly id: string;
}

export interface RequestPage {
  readonly status?: RequestStatus | undefined;
  readonly after?: RequestCursor | undefined;
  readonly limit: number;
}

export interface NewRequest extends TargetColumns {
  readonly requester: string;
  readonly reason: string;
  readonly permission: string | null;
  readonly duration: number | null;
}

/** The requests and grants of one tenant. No method reads or changes those of another tenant, whatever id it is given. */
export interface RequestStore {
  /** `undefined` when the requester has an open request for the same target. */
  insert(request: NewRequest): Promise<RequestRow | undefined>;
  countOpen(requester: string): Promise<number>;
  /** Newest first. */
  ofRequester(requester: string, page: RequestPage): Promise<RequestWithGrant[]>;
  /** Newest first: all of the tenant, or those about the reports that the plan describes. */
  list(page: RequestPage & { readonly reports: ListPlan<never> | 'all' }): Promise<RequestWithGrant[]>;
  find(id: string): Promise<RequestWithGrant | undefined>;
  openRequest(requester: string, target: TargetColumns): Promise<RequestRow | undefined>;
  /** Returns whether it was open, and the requester's. */
  withdraw(id: string, requester: string): Promise<boolean>;
  /** The grant of the role that is not ended. */
  liveGrant(subject: string, target: TargetColumns): Promise<GrantRow | undefined>;
}

export interface RequestStoreDeps {
  readonly db: NodePgDatabase;
  readonly now: () => Date;
}

const liveStatuses = ['pending', 'active', 'ending'] as const;

export function createRequestStore({ db, now }: RequestStoreDeps, tenant: string): RequestStore {
  const here = (...conditions: (SQL | undefined)[]) => and(eq(accessRequests.tenant, tenant), ...conditions);
  const select = () =>
    db
      .select({ ...getTableColumns(accessRequests), grant: getTableColumns(accessGrants) })
      .from(accessRequests)
      .leftJoin(accessGrants, eq(accessGrants.id, accessRequests.grantId));
  const page = ({ status, after, limit }: RequestPage, which: SQL | undefined) =>
    select()
      .where(
        here(
          which,
          status === undefined ? undefined : eq(accessRequests.status, status),
          after === undefined
            ? undefined
            : or(
                lt(accessRequests.createdAt, after.createdAt),
                and(eq(accessRequests.createdAt, after.createdAt), lt(accessRequests.id, after.id)),
              ),
        ),
      )
      .orderBy(desc(accessRequests.createdAt), desc(accessRequests.id))
      .limit(limit);

  return {
    async insert(request) {
      const [inserted] = await db
        .insert(accessRequests)
        .values({ ...request, id: randomUUID(), tenant, createdAt: now() })
        .onConflictDoNothing()
        .returning();
      return inserted;
    },
    async countOpen(requester) {
      const [found] = await db
        .select({ count: count() })
        .from(accessRequests)
        .where(here(eq(accessRequests.requester, requester), eq(accessRequests.status, 'open')));
      return found?.count ?? 0;
    },
    ofRequester: (requester, options) => page(options, eq(accessRequests.requester, requester)),
    list: ({ reports, ...options }) =>
      page(
        options,
        reports === 'all'
          ? undefined
          : and(
              eq(accessRequests.resource, 'reports'),
              whereOf(reports, { tenant: accessRequests.tenant, id: accessRequests.instance }),
            ),
      ),
    async find(id) {
      return (await select().where(here(eq(accessRequests.id, id))))[0];
    },
    async openRequest(requester, target) {
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
    async withdraw(id, requester) {
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
    async liveGrant(subject, target) {
      const [found] = await db
        .select()
        .from(accessGrants)
        .where(
          and(
            eq(accessGrants.tenant, tenant),
            eq(accessGrants.subject, subject),
            inArray(accessGrants.status, [...liveStatuses]),
            isTarget(accessGrants, target),
          ),
        );
      return found;
    },
  };
}

function isTarget(
  table: typeof accessRequests | typeof accessGrants,
  { role, resource, instance }: TargetColumns,
): SQL | undefined {
  return and(
    eq(table.role, role),
    resource === null ? isNull(table.resource) : eq(table.resource, resource),
    instance === null ? isNull(table.instance) : eq(table.instance, instance),
  );
}
