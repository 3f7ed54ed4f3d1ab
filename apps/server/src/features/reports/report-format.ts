import { csvHead, csvLine } from '../../http/export/csv.ts';
import { xlsxOf } from '../../http/export/xlsx.ts';
import type { Report } from './report-store.ts';

type Pages = AsyncIterable<readonly Report[]>;

/** How the list of reports is written into a file. */
export interface ReportFormat {
  readonly contentType: string;
  parts(pages: Pages): AsyncGenerator<string | Uint8Array, void>;
}

export const formatNames = ['csv', 'xlsx', 'json'] as const;
export type FormatName = (typeof formatNames)[number];

const columns = ['id', 'title', 'kind', 'status', 'owner', 'ownerName', 'createdAt', 'publishedAt'] as const;

const rowOf = (report: Report): Record<(typeof columns)[number], string | null> => ({
  id: report.id,
  title: report.title,
  kind: report.kind,
  status: report.status,
  owner: report.ownerKey,
  ownerName: report.ownerName,
  createdAt: report.createdAt.toISOString(),
  publishedAt: report.publishedAt?.toISOString() ?? null,
});

const cellsOf = (report: Report): (string | null)[] => {
  const row = rowOf(report);
  return columns.map((column) => row[column]);
};

export const reportFormats: Readonly<Record<FormatName, ReportFormat>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8',
    async *parts(pages) {
      yield csvHead(columns);
      for await (const reports of pages) yield reports.map((report) => csvLine(cellsOf(report))).join('');
    },
  },
  xlsx: {
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    parts: (pages) => xlsxOf(columns, cellPages(pages)),
  },
  json: {
    contentType: 'application/json; charset=utf-8',
    async *parts(pages) {
      let isFirst = true;
      for await (const reports of pages) {
        const rows = reports.map((report) => JSON.stringify(rowOf(report))).join(',\n');
        if (rows === '') continue;
        yield `${isFirst ? '[\n' : ',\n'}${rows}`;
        isFirst = false;
      }
      yield isFirst ? '[]\n' : '\n]\n';
    },
  },
};

async function* cellPages(pages: Pages): AsyncGenerator<(string | null)[][], void> {
  for await (const reports of pages) yield reports.map(cellsOf);
}
