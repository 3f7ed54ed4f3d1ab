import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { createExportHandler } from '../../platform/http/export/create-export-handler.ts';
import type { HeaderLanguage } from '../../platform/http/export/column-headers.ts';
import { tableFormatNames, tableFormats } from '../../platform/http/export/table-formats.ts';
import { originOf } from '../audit/record.ts';
import type { ReportsExportDeps } from './export-handler.ts';
import { contentTable } from './kinds/kinds.ts';
import { loadReadable } from './load-report.ts';
import { createReportStore, type Report } from './report-store.ts';
import { instanceNotFound } from '../../directory/shared-resources.ts';
import { RowId } from '../../platform/text-input.ts';

const ExportQuery = z.object({ id: RowId, format: z.enum(tableFormatNames) });

/**
 * `GET /api/reports/:id/export?format=csv|xlsx`: the rows of one report, for users who can read it. Recorded in
 * the audit log.
 * @throws {AppError} `TOKEN_*`, `INPUT_INVALID`, `REPORT_NOT_FOUND`, `FORBIDDEN`, `SERVER_BUSY`
 */
export function createContentExportHandler({
  db,
  audit,
  authenticate,
}: Pick<ReportsExportDeps, 'db' | 'audit' | 'authenticate'>): RequestHandler {
  return createExportHandler({
    authenticate,
    query: ExportQuery,
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
