import writeExcelFile from 'write-excel-file/node';
import { headersOf, type HeaderLanguage } from './column-headers.ts';
import { AppError } from '../../app-error.ts';

/** The first line of a CSV file, with a BOM, by which Excel detects UTF-8. Line endings follow RFC 4180. */
export function csvHead(columns: readonly string[]): string {
  return `\u{FEFF}${csvLine(columns)}`;
}

export function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

/** Cells that spreadsheets interpret as formulas: https://owasp.org/www-community/attacks/CSV_Injection. */
const formula = /^[\t\r\n]|^[\s\p{Cf}]*[=+\-@＝＋－＠]/u;

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

type Pages = AsyncIterable<readonly Readonly<Record<string, unknown>>[]>;

interface Table {
  readonly columns: readonly string[];
  readonly language: HeaderLanguage;
}

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

/** Maximum rows of a workbook, which is held in memory while it is written. */
const maxRows = 20_000;

/** Text is never a formula. The first row is frozen. @throws {AppError} `REQUEST_TOO_LARGE` */
async function* xlsxOf(
  head: readonly string[],
  pages: AsyncIterable<readonly (readonly unknown[])[]>,
): AsyncGenerator<Uint8Array, void> {
  const rows: ReturnType<typeof excelCell>[][] = [];
  for await (const page of pages) {
    rows.push(...page.map((row) => row.map(excelCell)));
    if (rows.length > maxRows)
      throw new AppError('REQUEST_TOO_LARGE', `An Excel file has at most ${maxRows} rows. Export as CSV.`);
  }
  yield await writeExcelFile([head.map((value) => ({ value, fontWeight: 'bold' as const })), ...rows], {
    columns: head.map(() => ({ width: 24 })),
    stickyRowsCount: 1,
  }).toBuffer();
}

function excelCell(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  return escaped(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Characters that XML 1.0 does not allow (https://www.w3.org/TR/xml/#charsets), and the other control characters. */
const notInXml = /[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu;

/** Escapes text for a cell, because spreadsheets read `_x0041_` as `A` (ECMA-376, 22.9.2.19 ST_Xstring). */
function escaped(text: string): string {
  return text.replaceAll(notInXml, '\u{fffd}').replaceAll(/_(?=x[\da-f]{4}_)/giu, '_x005F_');
}
