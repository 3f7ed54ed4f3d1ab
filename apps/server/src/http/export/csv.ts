/** The mark at the beginning tells Excel that a file is UTF-8. Lines end as RFC 4180 says. */
export function csvHead(columns: readonly string[]): string {
  return `\u{FEFF}${columns.join(',')}\r\n`;
}

export function csvLine(values: readonly unknown[]): string {
  return `${values.map(cellOf).join(',')}\r\n`;
}

/** Spreadsheets take a cell that begins like this, also full-width or after a blank, for a formula: https://owasp.org/www-community/attacks/CSV_Injection. */
const formula = /^[\t\r\n]|^[\s\p{Cf}]*[=+\-@＝＋－＠]/u;

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}
