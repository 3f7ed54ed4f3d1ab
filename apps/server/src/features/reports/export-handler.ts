import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { createExportHandler, filterParameter } from '../../platform/http/export/create-export-handler.ts';
import { tableFormatNames, tableFormats } from '../../platform/http/export/table-formats.ts';
import type { Authenticate, SignedIn } from '../../platform/trpc/context.ts';
import { originOf, type Audit } from '../audit/record.ts';
import { resolveFilter, type GrantsDecider, type ReportCursor } from './report-conditions.ts';
import { listPage } from './list-page.ts';
import { SortedFilter } from './report-inputs.ts';
import { createReportStore, type Report } from './report-store.ts';

export interface ReportsExportDeps {
  readonly db: NodePgDatabase;
  readonly decider: GrantsDecider;
  readonly audit: Pick<Audit, 'changed'>;
  readonly authenticate: Authenticate;
  readonly now: () => Date;
}

const ExportQuery = z.object({
  format: z.enum(tableFormatNames),
  /** With the fields of `reports.list`. */
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

const rowOf = ({
  id,
  title,
  kind,
  status,
  classification,
  ownerKey,
  ownerName,
  createdAt,
  publishedAt,
}: Report): Row => ({
  id,
  title,
  kind,
  status,
  classification,
  owner: ownerKey,
  ownerName,
  createdAt: createdAt.toISOString(),
  publishedAt: publishedAt?.toISOString() ?? null,
});

/** Reports per read. */
const pageSize = 500;

/**
 * `GET /api/reports/export?format=csv|xlsx&filter=…`: the caller's `reports.list` as a file. Streams page by
 * page, so memory use does not depend on the number of reports; an Excel file has a maximum number of rows instead. Recorded in the audit log.
 * @throws {AppError} `TOKEN_*`, `VIEW_AS_READ_ONLY`, `INPUT_INVALID`, `FORBIDDEN`, `REQUEST_TOO_LARGE`, `SERVER_BUSY`
 */
export function createReportsExportHandler(deps: ReportsExportDeps): RequestHandler {
  const { audit, authenticate, now } = deps;
  return createExportHandler({
    authenticate,
    query: ExportQuery,
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
  { db, decider }: ReportsExportDeps,
  caller: SignedIn,
  { sort, ...filter }: SortedFilter,
): AsyncGenerator<readonly Row[], void> {
  const store = createReportStore(db, caller.identity.tenant);
  let after: ReportCursor | undefined;
  /* oxlint-disable no-await-in-loop -- sequential pages */
  do {
    // Stops when the caller loses the permission during the export.
    await caller.permissions.require('reports:view', undefined);
    const wanted = await resolveFilter(decider, caller, filter);
    const page = await listPage(store, caller, { ...wanted, sort, after, limit: pageSize });
    yield page.reports.map(rowOf);
    after = page.next;
  } while (after !== undefined);
  /* oxlint-enable no-await-in-loop */
}
