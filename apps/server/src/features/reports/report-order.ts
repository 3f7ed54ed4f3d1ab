import { asc, desc, sql, type SQL } from 'drizzle-orm';
import type { reportOrders } from './report-inputs.ts';
import { reports } from './tables.ts';

/** The order of a list. Each has an index. */
export type ReportOrder = (typeof reportOrders)[number];

/** The last report of a page, after which the next page starts. */
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

/** Matches the reports after this one. */
export function isAfter(order: ReportOrder, cursor: ReportCursor): SQL {
  const { key, of, after } = orders[order];
  return sql`(${key}, ${reports.id}) ${after} (${of(cursor)}, ${cursor.id}::uuid)`;
}
