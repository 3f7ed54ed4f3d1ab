import writeExcelFile from 'write-excel-file/node';
import { AppError } from '../../app-error.ts';

/** Maximum rows of a workbook, which is held in memory while it is written. */
const mostRows = 20_000;

/**
 * An Excel workbook with one sheet. Text is never a formula. The first row is frozen.
 * @throws {AppError} `REQUEST_TOO_LARGE`
 */
export async function* xlsxOf(
  head: readonly string[],
  pages: AsyncIterable<readonly (readonly unknown[])[]>,
): AsyncGenerator<Uint8Array, void> {
  const rows: ReturnType<typeof cellOf>[][] = [];
  for await (const page of pages) {
    rows.push(...page.map((row) => row.map(cellOf)));
    if (rows.length > mostRows)
      throw new AppError('REQUEST_TOO_LARGE', `An Excel file has at most ${mostRows} rows. Export as CSV.`);
  }
  yield await writeExcelFile([head.map((value) => ({ value, fontWeight: 'bold' as const })), ...rows], {
    columns: head.map(() => ({ width: 24 })),
    stickyRowsCount: 1,
  }).toBuffer();
}

function cellOf(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  return escaped(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Characters that XML 1.0 does not allow (https://www.w3.org/TR/xml/#charsets), and the other control characters. */
const notInXml = /[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu;

/** Spreadsheets read `_x0041_` as `A` (ECMA-376, 22.9.2.19 ST_Xstring). */
function escaped(text: string): string {
  return text.replaceAll(notInXml, '\u{fffd}').replaceAll(/_(?=x[\da-f]{4}_)/giu, '_x005F_');
}
