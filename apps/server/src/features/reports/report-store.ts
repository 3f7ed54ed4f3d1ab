import type { ListPlan } from '@latchkey/permissions';
import { whereOf } from '@latchkey/permissions/drizzle';
import { and, desc, eq, getTableColumns, inArray, lt, or, sql, type InferSelectModel } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { AccessReview } from './access-review.ts';
import { forgetGiven } from './shares/share-store.ts';
import { reports } from './tables.ts';
import { uuidsAmong } from './uuids-among.ts';

/** A report without its content, which may be a megabyte: what lists, gates and buttons need. */
export type Report = Omit<InferSelectModel<typeof reports>, 'content'>;

/** What a link to a report needs. */
type Headline = Pick<Report, 'id' | 'title' | 'status'>;

/** The last report of a page: the next page starts with the report after it. */
export interface ReportCursor {
  readonly createdAt: Date;
  readonly id: string;
}

/** The reports of one tenant. No method reads or changes a report of another tenant, whatever id it is given. */
export interface ReportStore {
  /** Published reports, and the drafts that the plan describes. */
  list(filter: {
    readonly drafts: ListPlan<never>;
    /** Only rows that this plan describes. Default: all. */
    readonly among?: ListPlan<never> | undefined;
    readonly status?: Report['status'] | undefined;
    /** A part of the title. */
    readonly search?: string | undefined;
    readonly after?: ReportCursor | undefined;
    readonly limit: number;
  }): Promise<Report[]>;
  find(id: string): Promise<Report | undefined>;
  /** The titles of those of these reports that exist. */
  titlesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Those of these reports that exist. */
  headlinesOf(ids: readonly string[]): Promise<Headline[]>;
  /** The length of a report's content as text, in bytes. */
  sizeOf(id: string): Promise<number | undefined>;
  contentOf(id: string): Promise<AccessReview | undefined>;
  /** `then` runs inside the transaction: when it fails, the report is not stored. */
  insert(report: Omit<typeof reports.$inferInsert, 'tenant'>, then: () => Promise<unknown>): Promise<void>;
  /** Returns whether it was a draft: publishing again changes nothing. */
  publish(id: string): Promise<boolean>;
  remove(id: string, then: () => Promise<unknown>): Promise<boolean>;
}

const planColumns = { tenant: reports.tenant, id: reports.id };
const { content: _, ...columns } = getTableColumns(reports);

export function createReportStore(db: NodePgDatabase, tenant: string): ReportStore {
  const here = (id: string) => and(eq(reports.tenant, tenant), eq(reports.id, id));
  const find: ReportStore['find'] = async (id) => (await db.select(columns).from(reports).where(here(id)))[0];
  const headlinesOf: ReportStore['headlinesOf'] = async (ids) => {
    const known = uuidsAmong(ids);
    if (known.length === 0) return [];
    return db
      .select({ id: reports.id, title: reports.title, status: reports.status })
      .from(reports)
      .where(and(eq(reports.tenant, tenant), inArray(reports.id, known)));
  };
  return {
    find,
    headlinesOf,
    async titlesOf(ids) {
      return new Map((await headlinesOf(ids)).map(({ id, title }) => [id, title]));
    },
    async sizeOf(id) {
      const size = sql<number>`octet_length(${reports.content}::text)`;
      const [found] = await db.select({ size }).from(reports).where(here(id));
      return found?.size;
    },
    async contentOf(id) {
      const [found] = await db.select({ content: reports.content }).from(reports).where(here(id));
      return found?.content;
    },
    list: ({ drafts, among, status, search = '', after, limit }) =>
      db
        .select(columns)
        .from(reports)
        .where(
          and(
            eq(reports.tenant, tenant),
            or(eq(reports.status, 'published'), whereOf(drafts, planColumns)),
            among === undefined ? undefined : whereOf(among, planColumns),
            status === undefined ? undefined : eq(reports.status, status),
            search === '' ? undefined : sql`position(lower(${search}) in lower(${reports.title})) > 0`,
            after === undefined
              ? undefined
              : or(
                  lt(reports.createdAt, after.createdAt),
                  and(eq(reports.createdAt, after.createdAt), lt(reports.id, after.id)),
                ),
          ),
        )
        .orderBy(desc(reports.createdAt), desc(reports.id))
        .limit(limit),
    insert: (report, then) =>
      db.transaction(async (transaction) => {
        await transaction.insert(reports).values({ ...report, tenant });
        await then();
      }),
    async publish(id) {
      const published = await db
        .update(reports)
        .set({ status: 'published', publishedAt: new Date() })
        .where(and(here(id), eq(reports.status, 'draft')))
        .returning({ id: reports.id });
      return published.length > 0;
    },
    remove: (id, then) =>
      db.transaction(async (transaction) => {
        const removed = await transaction.delete(reports).where(here(id)).returning({ id: reports.id });
        await forgetGiven(transaction, { resource: 'reports', tenant, id });
        if (removed.length > 0) await then();
        return removed.length > 0;
      }),
  };
}

/** Keeps a report from being removed until the transaction ends. Returns whether there is one. */
export async function keepReport(
  transaction: Pick<NodePgDatabase, 'select'>,
  { tenant, id }: Pick<Report, 'tenant' | 'id'>,
): Promise<boolean> {
  const found = await transaction
    .select({ id: reports.id })
    .from(reports)
    .where(and(eq(reports.tenant, tenant), eq(reports.id, id)))
    .for('share');
  return found.length > 0;
}
