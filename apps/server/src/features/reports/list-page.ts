import type { ListPlan } from '@latchkey/permissions';
import { unlessTooMany } from '../../directory/decisions.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { clearanceOf } from './clearance.ts';
import type { ReportCursor } from './report-conditions.ts';
import type { Report, ReportQuery, ReportStore } from './report-store.ts';

export interface ListPage {
  readonly reports: readonly Report[];
  /** Whether confidential reports may be missing because the PDP cannot evaluate conditions. */
  readonly isUndecidable: boolean;
  /** The last report that was checked; `undefined` if there are no more. */
  readonly next: ReportCursor | undefined;
}

/** The number of rows that are read together and checked in one PDP call. */
const batch = 200;

/** The maximum number of batches per page. A page may therefore be short; the next one continues from there. */
const maxBatches = 10;

/**
 * Returns one page of the reports that the caller may see: published ones, and drafts that they can edit. The database
 * selects these drafts by a plan. If the caller can edit more reports than a plan supports, each draft is checked
 * instead.
 */
export async function listPage(
  store: Pick<ReportStore, 'list'>,
  { identity: { tenant }, permissions }: SignedIn,
  query: ReportQuery,
): Promise<ListPage> {
  const [drafts, { plan: confidential, isUndecidable }] = await Promise.all([
    planDrafts(permissions),
    clearanceOf(permissions),
  ]);
  if (drafts === undefined) {
    const allDrafts = { kind: 'all', permission: 'reports:edit', tenant } as const;
    const page = await checkedPage(
      (rows) => store.list({ drafts: allDrafts, confidential }, { ...query, ...rows }),
      permissions,
      query,
    );
    return { ...page, isUndecidable };
  }
  const reports = await store.list({ drafts, confidential }, query);
  return { reports, isUndecidable, next: reports.length === query.limit ? reports.at(-1) : undefined };
}

/** Returns a plan of the drafts that the caller can edit; `undefined` if there are more than a plan supports. */
export function planDrafts(
  permissions: Pick<SignedIn['permissions'], 'list'>,
): Promise<ListPlan<never> | undefined> {
  return unlessTooMany(permissions.list('reports:edit'));
}

type ReadRows = (rows: {
  readonly after: ReportCursor | undefined;
  readonly limit: number;
}) => Promise<Report[]>;

async function checkedPage(
  read: ReadRows,
  permissions: SignedIn['permissions'],
  { after, limit }: ReportQuery,
): Promise<Omit<ListPage, 'isUndecidable'>> {
  const reports: Report[] = [];
  let next = after;
  for (let batches = 0; batches < maxBatches; batches += 1) {
    const rows = await read({ after: next, limit: batch }); // oxlint-disable-line no-await-in-loop -- a batch starts where the previous one ends
    const drafts = rows.filter(({ status }) => status === 'draft');
    const editable = new Set(await permissions.filter('reports:edit', drafts, ({ id }) => id)); // oxlint-disable-line no-await-in-loop
    for (const row of rows) {
      next = row;
      if (row.status === 'published' || editable.has(row)) reports.push(row);
      if (reports.length === limit) return { reports, next };
    }
    if (rows.length < batch) return { reports, next: undefined };
  }
  return { reports, next };
}
