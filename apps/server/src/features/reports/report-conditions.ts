import type { ListPlan } from '@latchkey/permissions';
import { drizzleWhere } from '@latchkey/permissions/drizzle';
import { and, eq, exists, not, or, sql, type SQL, asc, desc } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { ReportFilter, reportOrders } from './report-inputs.ts';
import { collectionReports, reports } from './tables.ts';
import { uuidsAmong } from '../../directory/shared-resources.ts';
import type { Identity } from '../../authentication/identity.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { PdpDecider } from '../../directory/decisions.ts';
import type { OwnerReader } from './shares/read-owners.ts';

/** Published reports, and drafts that match `drafts`. Confidential reports must also match `confidential`. */
export interface ReadableReports {
  readonly drafts: ListPlan<never>;
  readonly confidential: ListPlan<never>;
}

export interface WantedReports extends Omit<ReportFilter, 'role' | 'owner' | 'collection'> {
  /** Only reports in this collection. `null`: none, because the user may not view the collection. */
  readonly collection?: string | null | undefined;
  /** Selects only these ids. Default: all. */
  readonly among?: readonly string[] | undefined;
  /** Selects only reports other than these, and in no collection with one of these ids. */
  readonly notAmong?: readonly string[] | undefined;
}

export function readableBy({ drafts, confidential }: ReadableReports): SQL | undefined {
  return and(
    or(eq(reports.status, 'published'), drizzleWhere(drafts, { tenant: reports.tenant, id: reports.id })),
    clearedBy(confidential),
  );
}

/** Matches reports that are not confidential, and confidential ones that match the plan. */
export function clearedBy(confidential: ListPlan<never>): SQL | undefined {
  const { tenant, id, classification } = reports;
  return or(
    eq(classification, 'normal'),
    drizzleWhere(confidential, { tenant, id, attributes: { classification } }),
  );
}

export function wantedBy(
  db: NodePgDatabase,
  { status, kind, classification, among, notAmong, collection, search }: WantedReports,
): SQL | undefined {
  const { collectionId, reportId } = collectionReports;
  const isIn = (condition: SQL): SQL =>
    exists(
      db
        .select({ one: sql`1` })
        .from(collectionReports)
        .where(and(condition, eq(reportId, reports.id))),
    );
  return and(
    status === undefined ? undefined : eq(reports.status, status),
    kind === undefined ? undefined : eq(reports.kind, kind),
    classification === undefined ? undefined : eq(reports.classification, classification),
    among === undefined ? undefined : isAmong(among),
    notAmong && not(isAmong(notAmong)),
    notAmong && not(isIn(isAmong(notAmong, collectionId))),
    collection == null ? (collection === null ? sql`false` : undefined) : isIn(eq(collectionId, collection)),
    titled(reports.title, search),
  );
}

export function titled(title: PgColumn, search = ''): SQL | undefined {
  return search === '' ? undefined : sql`position(lower(${search}) in lower(${title})) > 0`;
}

/** Matches these ids. Passes them as one parameter, because PostgreSQL allows only 65,535 parameters per statement. */
export function isAmong(ids: readonly string[], column: PgColumn = reports.id): SQL {
  return sql`${column} = any(${sql.param(uuidsAmong(ids))}::uuid[])`;
}

/** The order of a list. An index supports each order. */
export type ReportOrder = (typeof reportOrders)[number];

export interface ReportCursor {
  readonly createdAt: Date;
  readonly title: string;
  readonly id: string;
}

const byTime = {
  key: sql`${reports.createdAt}`,
  of: ({ createdAt }: ReportCursor) => sql`${sql.param(createdAt, reports.createdAt)}`,
};
const byTitle = { key: sql`lower(${reports.title})`, of: ({ title }: ReportCursor) => sql`lower(${title})` };

const orders = {
  newest: { ...byTime, direction: desc, after: sql`<` },
  oldest: { ...byTime, direction: asc, after: sql`>` },
  title: { ...byTitle, direction: asc, after: sql`>` },
  'title-desc': { ...byTitle, direction: desc, after: sql`<` },
} as const satisfies Record<ReportOrder, object>;

export function sortedBy(order: ReportOrder): SQL[] {
  const { key, direction } = orders[order];
  return [direction(key), direction(reports.id)];
}

export function isAfter(order: ReportOrder, cursor: ReportCursor): SQL {
  const { key, of, after } = orders[order];
  return sql`(${key}, ${reports.id}) ${after} (${of(cursor)}, ${cursor.id}::uuid)`;
}

export type GrantsDecider = Pick<PdpDecider, 'instanceGrants'>;

/** Returns a function that lists the reports on which the user has a role, directly or through a collection. */
export async function idsByRole(decider: GrantsDecider, { subject, tenant }: Identity) {
  const grants = await decider.instanceGrants({ subject, tenant }, ['reports']);
  return (role: string): string[] =>
    grants.filter(({ roles }) => roles.includes(role)).map(({ instance }) => instance);
}

/** Resolves the parts of a filter that are in Permit: the caller's roles, owners, and access to the collection. */
export async function resolveFilter(
  { decider, owners }: { readonly decider: GrantsDecider; readonly owners: OwnerReader },
  { identity, permissions }: SignedIn,
  { role, owner, collection, ...filter }: ReportFilter,
): Promise<WantedReports> {
  const isClosed =
    collection !== undefined && (await permissions.check('collections:view', collection)).outcome !== 'allow';
  return {
    ...filter,
    collection: isClosed ? null : collection,
    among: role && (await idsByRole(decider, identity))(role),
    notAmong: owner && (await owners.ownedIds(identity.tenant)),
  };
}
