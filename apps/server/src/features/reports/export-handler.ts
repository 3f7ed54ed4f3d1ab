import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { instanceNotFound } from '../../directory/shared-resources.ts';
import type { HeaderLanguage } from '../../platform/http/export/column-headers.ts';
import { createExportHandler, filterParameter } from '../../platform/http/export/create-export-handler.ts';
import { tableFormatNames, tableFormats } from '../../platform/http/export/table-formats.ts';
import { RowId } from '../../platform/text-input.ts';
import type { Authenticate, SignedIn } from '../../platform/trpc/context.ts';
import { originOf, type Audit } from '../audit/record.ts';
import { contentTable } from './kinds/kinds.ts';
import { listPage } from './list-page.ts';
import { loadReadable } from './load-report.ts';
import { resolveFilter, type GrantsDecider, type ReportCursor } from './report-conditions.ts';
import { SortedFilter } from './report-inputs.ts';
import { createReportStore, type Report } from './report-store.ts';
import { instancesOf, nameOwners, summaryOf, type OwnerReaders, type OwnerView } from './report-summary.ts';

export interface ReportsExportDeps extends OwnerReaders {
  readonly db: NodePgDatabase;
  readonly decider: GrantsDecider;
  readonly audit: Pick<Audit, 'changed'>;
  readonly authenticate: Authenticate;
  readonly now: () => Date;
}

const ListExportQuery = z.object({
  format: z.enum(tableFormatNames),
  filter: filterParameter(SortedFilter),
});

const columns = [
  'id',
  'title',
  'kind',
  'status',
  'classification',
  'owner',
  'ownerName',
  'createdAt',
  'publishedAt',
] as const;
type Row = Readonly<Record<(typeof columns)[number], string | null>>;

function rowOf(report: Report, owners: readonly OwnerView[]): Row {
  const { owners: _, ...summary } = summaryOf(report, () => owners);
  return {
    ...summary,
    owner: owners.map(({ key }) => key).join(', ') || null,
    ownerName: owners.map(({ key, name }) => name ?? key).join(', ') || null,
  };
}

const pageSize = 500;

/**
 * `GET /api/reports/export?format=csv|xlsx&filter=…`: the caller's `reports.list` as a file. The audit log records each
 * export. Streams page by page, so that memory use does not depend on the number of reports, except for Excel files,
 * whose number of rows is limited instead.
 * @throws {AppError} `TOKEN_*`, `VIEW_AS_READ_ONLY`, `INPUT_INVALID`, `FORBIDDEN`, `REQUEST_TOO_LARGE`, `SERVER_BUSY`
 */
export function createReportsExportHandler(deps: ReportsExportDeps): RequestHandler {
  const { audit, authenticate, now } = deps;
  return createExportHandler({
    authenticate,
    query: ListExportQuery,
    admit: ({ caller }) => caller.permissions.require('reports:view', undefined),
    record: ({ caller: { identity }, query, requestId }, end) =>
      audit.changed({
        ...originOf({ identity, requestId, channel: 'console' }),
        action: 'report.export',
        after: query,
        ...end,
      }),
    file: ({ caller, language, query: { format, filter } }) => ({
      name: `reports-${now().toISOString().slice(0, 10)}.${format}`,
      contentType: tableFormats[format].contentType,
      parts: tableFormats[format].parts({ columns, language }, pagesOf(deps, caller, filter)),
    }),
  });
}

async function* pagesOf(
  deps: ReportsExportDeps,
  caller: SignedIn,
  { sort, ...filter }: SortedFilter,
): AsyncGenerator<readonly Row[], void> {
  const { tenant } = caller.identity;
  const store = createReportStore(deps.db, tenant);
  let after: ReportCursor | undefined;
  /* oxlint-disable no-await-in-loop -- sequential pages */
  do {
    // Stops the export if the caller has lost the permission.
    await caller.permissions.require('reports:view', undefined);
    const wanted = await resolveFilter(deps, caller, filter);
    const page = await listPage(store, caller, { ...wanted, sort, after, limit: pageSize });
    // Fails if Permit cannot be read: in a file, a missing owner would look like none.
    const found = await deps.owners.of(tenant, instancesOf('reports', page.reports));
    const ownersOf = await nameOwners(deps, tenant, found);
    yield page.reports.map((report) => rowOf(report, ownersOf(`reports:${report.id}`)));
    after = page.next;
  } while (after !== undefined);
  /* oxlint-enable no-await-in-loop */
}

const ContentExportQuery = z.object({ id: RowId, format: z.enum(tableFormatNames) });

/**
 * `GET /api/reports/:id/export?format=csv|xlsx`: the rows of one report, for users who can read it. The audit log
 * records each export.
 * @throws {AppError} `TOKEN_*`, `INPUT_INVALID`, `REPORT_NOT_FOUND`, `FORBIDDEN`, `SERVER_BUSY`
 */
export function createContentExportHandler({
  db,
  audit,
  authenticate,
}: Pick<ReportsExportDeps, 'db' | 'audit' | 'authenticate'>): RequestHandler {
  return createExportHandler({
    authenticate,
    query: ContentExportQuery,
    async admit({ caller, query: { id } }) {
      const report = await loadReadable(db, caller, id);
      await caller.permissions.require('reports:view', id);
      return report;
    },
    record: ({ caller: { identity }, query: { id, format }, requestId }, end) =>
      audit.changed({
        ...originOf({ identity, requestId, channel: 'console' }),
        action: 'report.export',
        on: { resource: 'reports', key: id },
        after: { format },
        ...end,
      }),
    file: ({ language, query: { format } }, report) => ({
      name: `${report.title} ${report.createdAt.toISOString().slice(0, 10)}.${format}`,
      contentType: tableFormats[format].contentType,
      parts: partsOf(db, report, { format, language }),
    }),
  });
}

async function* partsOf(
  db: NodePgDatabase,
  { id, tenant }: Report,
  { format, language }: { readonly format: keyof typeof tableFormats; readonly language: HeaderLanguage },
): AsyncGenerator<string | Uint8Array, void> {
  const content = await createReportStore(db, tenant).contentOf(id);
  if (content === undefined) throw instanceNotFound('reports', id);
  const { columns, rows } = contentTable(content);
  yield* tableFormats[format].parts({ columns, language }, onePage(rows));
}

async function* onePage<Row>(rows: readonly Row[]): AsyncGenerator<readonly Row[], void> {
  yield rows;
}
