/** Starts with a BOM, by which Excel detects UTF-8. Line endings follow RFC 4180. */
export function csvHead(columns: readonly string[]): string {
  return `\u{FEFF}${columns.join(',')}\r\n`;
}

export function csvLine(values: readonly unknown[]): string {
  return `${values.map(cellOf).join(',')}\r\n`;
}

/**
 * Spreadsheets interpret cells that start like this as formulas, also with full-width characters or after a blank:
 * https://owasp.org/www-community/attacks/CSV_Injection.
 */
const formula = /^[\t\r\n]|^[\s\p{Cf}]*[=+\-@＝＋－＠]/u;

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}
