import { and, eq, getTableColumns, inArray, ne, sql, type InferSelectModel, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { instanceNotFound, type ShareRole, uuidsAmong } from '../../directory/shared-resources.ts';
import { readContent, type ReportContent } from './kinds/kinds.ts';
import {
  isAmong,
  readableBy,
  wantedBy,
  type ReadableReports,
  type WantedReports,
  isAfter,
  sortedBy,
  type ReportCursor,
  type ReportOrder,
} from './report-conditions.ts';
import { isThere, reports } from './tables.ts';

/** A report without its content, which can be as large as a megabyte. */
export type Report = Omit<
  InferSelectModel<typeof reports>,
  'content' | 'deletedAt' | 'deletedBy' | 'removeAfter'
>;

type Headline = Pick<Report, 'id' | 'tenant' | 'title' | 'status' | 'classification'>;

export interface ReportQuery extends WantedReports {
  readonly sort: ReportOrder;
  readonly after?: ReportCursor | undefined;
  readonly limit: number;
}

/** The number of reports that a user may read, for each value of the filters. */
export interface ReportCounts {
  readonly all: number;
  readonly draft: number;
  readonly published: number;
  readonly confidential: number;
  readonly roles: Readonly<Record<ShareRole, number>>;
  readonly found: number;
}

const { content: _, deletedAt: __, deletedBy: ___, removeAfter: ____, ...columns } = getTableColumns(reports);
export { columns as reportColumns };

export type ReportStore = ReturnType<typeof createReportStore>;

/** The reports of one tenant. No method accesses a report that is deleted or belongs to another tenant, even by id. */
export function createReportStore(db: NodePgDatabase, tenant: string) {
  const here = (id: string) => and(eq(reports.tenant, tenant), eq(reports.id, id), isThere);
  const find = async (id: string): Promise<Report | undefined> =>
    (await db.select(columns).from(reports).where(here(id)))[0];
  const headlinesOf = async (ids: readonly string[]): Promise<Headline[]> => {
    const known = uuidsAmong(ids);
    if (known.length === 0) return [];
    const { id, title, status, classification } = reports;
    return db
      .select({ id, tenant: reports.tenant, title, status, classification })
      .from(reports)
      .where(and(eq(reports.tenant, tenant), inArray(reports.id, known), isThere));
  };
  const update = async (id: string, change: Partial<Report>, isDifferent?: SQL): Promise<boolean> => {
    const updated = await db
      .update(reports)
      .set(change)
      .where(and(here(id), isDifferent))
      .returning({ id: reports.id });
    // The report may have been deleted since the caller loaded it.
    if (updated.length === 0 && (await find(id)) === undefined) throw instanceNotFound('reports', id);
    return updated.length > 0;
  };
  return {
    find,
    headlinesOf,
    async titlesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
      return new Map((await headlinesOf(ids)).map(({ id, title }) => [id, title]));
    },
    /** Omits confidential reports: for emails and webhooks, where clearance cannot be checked. */
    async openTitlesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
      const open = (await headlinesOf(ids)).filter(({ classification }) => classification !== 'confidential');
      return new Map(open.map(({ id, title }) => [id, title]));
    },
    /** The size of the content as text, in bytes. */
    async sizeOf(id: string): Promise<number | undefined> {
      const size = sql<number>`octet_length(${reports.content}::text)`;
      const [found] = await db.select({ size }).from(reports).where(here(id));
      return found?.size;
    },
    async contentOf(id: string): Promise<ReportContent | undefined> {
      const [found] = await db.select({ content: reports.content }).from(reports).where(here(id));
      return found && readContent(found.content);
    },
    list: (readable: ReadableReports, { sort, after, limit, ...wanted }: ReportQuery): Promise<Report[]> =>
      db
        .select(columns)
        .from(reports)
        .where(
          and(
            eq(reports.tenant, tenant),
            isThere,
            readableBy(readable),
            wantedBy(db, wanted),
            after === undefined ? undefined : isAfter(sort, after),
          ),
        )
        .orderBy(...sortedBy(sort))
        .limit(limit),
    /** `withRole`: the ids of the reports on which the reader has each role. */
    async count(
      readable: ReadableReports,
      wanted: WantedReports,
      withRole: Readonly<Record<ShareRole, readonly string[]>>,
    ): Promise<ReportCounts> {
      const [found] = await db
        .select({
          all: counted(),
          draft: counted(eq(reports.status, 'draft')),
          published: counted(eq(reports.status, 'published')),
          confidential: counted(eq(reports.classification, 'confidential')),
          owner: counted(isAmong(withRole.owner)),
          editor: counted(isAmong(withRole.editor)),
          reader: counted(isAmong(withRole.reader)),
          found: counted(wantedBy(db, wanted)),
        })
        .from(reports)
        .where(
          and(
            eq(reports.tenant, tenant),
            isThere,
            readableBy(readable),
            wantedBy(db, { collection: wanted.collection }),
          ),
        );
      if (found === undefined) throw new TypeError('A statement without a group has a row.');
      const { owner, editor, reader, ...rest } = found;
      return { ...rest, roles: { owner, editor, reader } };
    },
    /** `then` runs inside the transaction: if it fails, the report is not stored. */
    insert: (
      report: Omit<typeof reports.$inferInsert, 'tenant'>,
      then: () => Promise<unknown>,
    ): Promise<void> =>
      db.transaction(async (transaction) => {
        // Not PostgreSQL's time, whose microseconds would not fit into the cursor of a page.
        await transaction.insert(reports).values({ createdAt: new Date(), ...report, tenant });
        await then();
      }),
    /** @throws `REPORT_NOT_FOUND` */
    rename: (id: string, title: string): Promise<boolean> => update(id, { title }),
    /** Returns whether the classification changed. @throws `REPORT_NOT_FOUND` */
    classify: (id: string, classification: Report['classification']): Promise<boolean> =>
      update(id, { classification }, ne(reports.classification, classification)),
    /** Returns whether the status changed. @throws `REPORT_NOT_FOUND` */
    setStatus: (id: string, status: Report['status']): Promise<boolean> =>
      update(
        id,
        { status, publishedAt: status === 'published' ? new Date() : null },
        ne(reports.status, status),
      ),
  };
}

function counted(condition: SQL = sql`true`): SQL<number> {
  return sql<number>`(count(*) filter (where ${condition}))::int`;
}

/** Prevents the deletion of a report until the transaction ends. @throws `REPORT_NOT_FOUND` */
export async function lockReport(
  transaction: Pick<NodePgDatabase, 'select'>,
  { tenant, id }: Pick<Report, 'tenant' | 'id'>,
): Promise<void> {
  const found = await transaction
    .select({ id: reports.id })
    .from(reports)
    .where(and(eq(reports.tenant, tenant), eq(reports.id, id), isThere))
    .for('share');
  if (found.length === 0) throw instanceNotFound('reports', id);
}
