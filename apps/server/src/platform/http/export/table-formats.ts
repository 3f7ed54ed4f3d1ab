import { csvHead, csvLine } from './csv.ts';
import { xlsxOf } from './xlsx.ts';

/** Rows by column name, page by page. */
type Pages = AsyncIterable<readonly Readonly<Record<string, unknown>>[]>;

/** A file format for a table. */
interface TableFormat {
  readonly contentType: string;
  parts(columns: readonly string[], pages: Pages): AsyncGenerator<string | Uint8Array, void>;
}

export const tableFormatNames = ['csv', 'xlsx', 'json'] as const;

export const tableFormats: Readonly<Record<(typeof tableFormatNames)[number], TableFormat>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8',
    async *parts(columns, pages) {
      yield csvHead(columns);
      for await (const rows of cellPages(columns, pages)) yield rows.map(csvLine).join('');
    },
  },
  xlsx: {
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    parts: (columns, pages) => xlsxOf(columns, cellPages(columns, pages)),
  },
  json: {
    contentType: 'application/json; charset=utf-8',
    async *parts(columns, pages) {
      let isFirst = true;
      for await (const page of pages) {
        // Only the columns, in their order.
        const rows = page.map((row) =>
          JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))),
        );
        if (rows.length === 0) continue;
        yield `${isFirst ? '[\n' : ',\n'}${rows.join(',\n')}`;
        isFirst = false;
      }
      yield isFirst ? '[]\n' : '\n]\n';
    },
  },
};

async function* cellPages(columns: readonly string[], pages: Pages): AsyncGenerator<unknown[][], void> {
  for await (const rows of pages) yield rows.map((row) => columns.map((column) => cellOf(row[column])));
}

/** Formats a list as readable text in one cell. */
function cellOf(value: unknown): unknown {
  return Array.isArray(value) ? value.join(', ') : value;
}
