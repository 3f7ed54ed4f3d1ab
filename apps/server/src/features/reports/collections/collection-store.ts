import type { ListPlan } from '@latchkey/permissions';
import { drizzleWhere } from '@latchkey/permissions/drizzle';
import { and, asc, desc, eq, inArray, notInArray, sql, type InferSelectModel } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { instanceNotFound, uuidsAmong } from '../../../directory/shared-resources.ts';
import { clearedBy, titled, wantedBy } from '../report-conditions.ts';
import { lockReport, reportColumns, type Report } from '../report-store.ts';
import { forgetShares } from '../shares/share-store.ts';
import { collectionReports, collections, isThere, reports } from '../tables.ts';

export type Collection = InferSelectModel<typeof collections>;

export type CountedCollection = Collection & { readonly reports: number };

export type AddableReport = Pick<Report, 'id' | 'title' | 'status' | 'createdAt'>;

type Then = () => Promise<unknown>;

/** The collections of one tenant. No method accesses collections of another tenant, even by id. */
export function createCollectionStore(db: NodePgDatabase, tenant: string) {
  const here = (id: string) => and(eq(collections.tenant, tenant), eq(collections.id, id));
  const planColumns = { tenant: collections.tenant, id: collections.id };
  return {
    /** Sorted by title. */
    async list(
      plan: ListPlan<never>,
      search: string | undefined,
      limit: number,
    ): Promise<CountedCollection[]> {
      const found = await db
        .select()
        .from(collections)
        .where(
          and(
            eq(collections.tenant, tenant),
            drizzleWhere(plan, planColumns),
            titled(collections.title, search),
          ),
        )
        .orderBy(asc(collections.title), asc(collections.id))
        .limit(limit);
      const counts = await db
        .select({ id: collectionReports.collectionId, count: sql<number>`count(*)::int` })
        .from(collectionReports)
        .innerJoin(reports, and(eq(reports.id, collectionReports.reportId), isThere))
        .where(
          inArray(
            collectionReports.collectionId,
            found.map(({ id }) => id),
          ),
        )
        .groupBy(collectionReports.collectionId);
      const countOf = new Map(counts.map(({ id, count }) => [id, count]));
      return found.map((one) => ({ ...one, reports: countOf.get(one.id) ?? 0 }));
    },
    find: async (id: string): Promise<Collection | undefined> =>
      (await db.select().from(collections).where(here(id)))[0],
    async titlesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
      const known = uuidsAmong(ids);
      if (known.length === 0) return new Map();
      const { id, title } = collections;
      const found = await db
        .select({ id, title })
        .from(collections)
        .where(and(eq(collections.tenant, tenant), inArray(id, known)));
      return new Map(found.map((one) => [one.id, one.title]));
    },
    /** Newest first. */
    reportsIn(id: string): Promise<Report[]> {
      return db
        .select(reportColumns)
        .from(collectionReports)
        .innerJoin(reports, eq(reports.id, collectionReports.reportId))
        .where(and(eq(reports.tenant, tenant), eq(collectionReports.collectionId, id), isThere))
        .orderBy(desc(reports.createdAt), desc(reports.id));
    },
    /** Returns reports outside the collection that match both plans and the search, newest first. */
    reportsBeside(
      id: string,
      {
        sharable,
        confidential,
        search,
      }: {
        readonly sharable: ListPlan<never>;
        readonly confidential: ListPlan<never>;
        readonly search: string | undefined;
      },
      limit: number,
    ): Promise<AddableReport[]> {
      const { title, status, createdAt } = reports;
      const inside = db
        .select({ id: collectionReports.reportId })
        .from(collectionReports)
        .where(eq(collectionReports.collectionId, id));
      return db
        .select({ id: reports.id, title, status, createdAt })
        .from(reports)
        .where(
          and(
            eq(reports.tenant, tenant),
            isThere,
            drizzleWhere(sharable, { tenant: reports.tenant, id: reports.id }),
            clearedBy(confidential),
            wantedBy(db, { search }),
            notInArray(reports.id, inside),
          ),
        )
        .orderBy(desc(createdAt), desc(reports.id))
        .limit(limit);
    },
    /** `then` runs inside the transaction, here and below: if it fails, nothing is stored. */
    insert: (collection: Omit<typeof collections.$inferInsert, 'tenant'>, then: Then): Promise<void> =>
      db.transaction(async (transaction) => {
        await transaction.insert(collections).values({ ...collection, tenant });
        await then();
      }),
    /** @throws `COLLECTION_NOT_FOUND` */
    async rename(id: string, title: string): Promise<void> {
      const renamed = await db.update(collections).set({ title }).where(here(id)).returning();
      if (renamed.length === 0) throw instanceNotFound('collections', id);
    },
    /** Returns whether it was added. @throws `REPORT_NOT_FOUND`, `COLLECTION_NOT_FOUND` */
    add: (
      reportId: string,
      { id, by }: { readonly id: string; readonly by: string },
      then: Then,
    ): Promise<boolean> =>
      db.transaction(async (transaction) => {
        await lockCollection(transaction, { tenant, id });
        await lockReport(transaction, { tenant, id: reportId });
        const added = await transaction
          .insert(collectionReports)
          .values({ collectionId: id, reportId, addedBy: by, addedAt: new Date() })
          .onConflictDoNothing()
          .returning();
        await then();
        return added.length > 0;
      }),
    /** Returns whether the report was in the collection. */
    removeReport: (reportId: string, id: string, then: Then): Promise<boolean> =>
      db.transaction(async (transaction) => {
        const removed = await transaction
          .delete(collectionReports)
          .where(and(eq(collectionReports.collectionId, id), eq(collectionReports.reportId, reportId)))
          .returning();
        await then();
        return removed.length > 0;
      }),
    remove: (id: string, then: Then): Promise<boolean> =>
      db.transaction(async (transaction) => {
        const removed = await transaction.delete(collections).where(here(id)).returning();
        await forgetShares(transaction, { resource: 'collections', tenant, id });
        if (removed.length > 0) await then();
        return removed.length > 0;
      }),
  };
}

/** Returns the ids of the reports in each of these collections. */
export async function reportsAmong(
  db: NodePgDatabase,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { collectionId: collection, reportId: report } = collectionReports;
  const found = await db
    .select({ collection, report })
    .from(collectionReports)
    .where(inArray(collection, uuidsAmong(ids)));
  const byCollection = Map.groupBy(found, (one) => one.collection);
  return new Map([...byCollection].map(([id, rows]) => [id, new Set(rows.map((one) => one.report))]));
}

/** Prevents the removal of a collection until the transaction ends. @throws `COLLECTION_NOT_FOUND` */
export async function lockCollection(
  transaction: Pick<NodePgDatabase, 'select'>,
  { tenant, id }: Pick<Collection, 'tenant' | 'id'>,
): Promise<void> {
  const found = await transaction
    .select({ id: collections.id })
    .from(collections)
    .where(and(eq(collections.tenant, tenant), eq(collections.id, id)))
    .for('share');
  if (found.length === 0) throw instanceNotFound('collections', id);
}
