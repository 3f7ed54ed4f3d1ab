import type { ListPlan } from '@latchkey/permissions';
import { drizzleWhere } from '@latchkey/permissions/drizzle';
import { and, asc, desc, eq, inArray, notInArray, sql, type InferSelectModel } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { instanceNotFound, uuidsAmong } from '../../../directory/shared-resources.ts';
import { clearedBy, titled, wantedBy } from '../report-conditions.ts';
import { lockReport, reportColumns, type Report } from '../report-store.ts';
import { forgetGiven } from '../shares/share-store.ts';
import { collectionReports, collections, isThere, reports } from '../tables.ts';

export type Collection = InferSelectModel<typeof collections>;

export type CountedCollection = Collection & { readonly reports: number };

export type AddableReport = Pick<Report, 'id' | 'title' | 'status' | 'createdAt'>;

/** The collections of one tenant. No method accesses collections of another tenant, even by id. */
export interface CollectionStore {
  /** Returns the collections that match the plan and the search, sorted by title. */
  list(plan: ListPlan<never>, search: string | undefined, limit: number): Promise<CountedCollection[]>;
  find(id: string): Promise<Collection | undefined>;
  titlesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Returns the reports in the collection, newest first. */
  reportsIn(id: string): Promise<Report[]>;
  /** Returns reports outside the collection that match both plans and the search, newest first. */
  reportsBeside(
    id: string,
    wanted: {
      readonly sharable: ListPlan<never>;
      readonly confidential: ListPlan<never>;
      readonly search: string | undefined;
    },
    limit: number,
  ): Promise<AddableReport[]>;
  /** `then` runs inside the transaction, here and below: if it fails, nothing is stored. */
  insert(collection: Omit<typeof collections.$inferInsert, 'tenant'>, then: Then): Promise<void>;
  rename(id: string, title: string): Promise<void>;
  /** Returns whether it was added. @throws `REPORT_NOT_FOUND`, `COLLECTION_NOT_FOUND` */
  add(report: string, to: { readonly id: string; readonly by: string }, then: Then): Promise<boolean>;
  /** Removes the report from the collection. Returns whether it was in the collection. */
  take(report: string, from: string, then: Then): Promise<boolean>;
  remove(id: string, then: Then): Promise<boolean>;
}

type Then = () => Promise<unknown>;

export function createCollectionStore(db: NodePgDatabase, tenant: string): CollectionStore {
  const here = (id: string) => and(eq(collections.tenant, tenant), eq(collections.id, id));
  const planColumns = { tenant: collections.tenant, id: collections.id };
  return {
    async list(plan, search, limit) {
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
    find: async (id) => (await db.select().from(collections).where(here(id)))[0],
    async titlesOf(ids) {
      const known = uuidsAmong(ids);
      if (known.length === 0) return new Map();
      const { id, title } = collections;
      const found = await db
        .select({ id, title })
        .from(collections)
        .where(and(eq(collections.tenant, tenant), inArray(id, known)));
      return new Map(found.map((one) => [one.id, one.title]));
    },
    reportsIn(id) {
      return db
        .select(reportColumns)
        .from(collectionReports)
        .innerJoin(reports, eq(reports.id, collectionReports.reportId))
        .where(and(eq(reports.tenant, tenant), eq(collectionReports.collectionId, id), isThere))
        .orderBy(desc(reports.createdAt), desc(reports.id));
    },
    reportsBeside(id, { sharable, confidential, search }, limit) {
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
    insert: (collection, then) =>
      db.transaction(async (transaction) => {
        await transaction.insert(collections).values({ ...collection, tenant });
        await then();
      }),
    async rename(id, title) {
      await db.update(collections).set({ title }).where(here(id));
    },
    add: (reportId, { id, by }, then) =>
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
    take: (reportId, id, then) =>
      db.transaction(async (transaction) => {
        const taken = await transaction
          .delete(collectionReports)
          .where(and(eq(collectionReports.collectionId, id), eq(collectionReports.reportId, reportId)))
          .returning();
        await then();
        return taken.length > 0;
      }),
    remove: (id, then) =>
      db.transaction(async (transaction) => {
        const removed = await transaction.delete(collections).where(here(id)).returning();
        await forgetGiven(transaction, { resource: 'collections', tenant, id });
        if (removed.length > 0) await then();
        return removed.length > 0;
      }),
  };
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
