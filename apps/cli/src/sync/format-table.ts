/**
 * Formats rows as lines with aligned columns. The last column is not padded.
 *
 * @param style - called with each cell, already padded
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  style: (cell: string, column: number, row: number) => string = (cell) => cell,
): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row, index) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .map((cell, column) => style(cell, column, index))
      .join('  '),
  );
}
