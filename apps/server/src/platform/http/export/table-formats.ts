import { headersOf, type HeaderLanguage } from './column-headers.ts';
import { xlsxOf } from './xlsx.ts';

/** Starts with a BOM, by which Excel detects UTF-8. Line endings follow RFC 4180. */
export function csvHead(columns: readonly string[]): string {
  return `\u{FEFF}${csvLine(columns)}`;
}

export function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

/**
 * Spreadsheets interpret cells that start like this as formulas, also with full-width characters or after a blank:
 * https://owasp.org/www-community/attacks/CSV_Injection.
 */
const formula = /^[\t\r\n]|^[\s\p{Cf}]*[=+\-@＝＋－＠]/u;

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** Rows by column name, page by page. */
type Pages = AsyncIterable<readonly Readonly<Record<string, unknown>>[]>;

/** The columns of a table, and the language of their headers. */
interface Table {
  readonly columns: readonly string[];
  readonly language: HeaderLanguage;
}

/** A file format for a table. */
interface TableFormat {
  readonly contentType: string;
  parts(table: Table, pages: Pages): AsyncGenerator<string | Uint8Array, void>;
}

export const tableFormatNames = ['csv', 'xlsx'] as const;

export const tableFormats: Readonly<Record<(typeof tableFormatNames)[number], TableFormat>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8',
    async *parts({ columns, language }, pages) {
      yield csvHead(headersOf(columns, language));
      for await (const rows of cellPages(columns, pages)) yield rows.map(csvLine).join('');
    },
  },
  xlsx: {
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    parts: ({ columns, language }, pages) => xlsxOf(headersOf(columns, language), cellPages(columns, pages)),
  },
};

async function* cellPages(columns: readonly string[], pages: Pages): AsyncGenerator<unknown[][], void> {
  for await (const rows of pages) yield rows.map((row) => columns.map((column) => cellOf(row[column])));
}

/** Formats a list as readable text in one cell. */
function cellOf(value: unknown): unknown {
  return Array.isArray(value) ? value.join(', ') : value;
}
