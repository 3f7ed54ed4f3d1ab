import type { Row, Spread } from './measure-group.ts';

const ratio = ({ median, low, high }: Spread): string =>
  `${short(median)}  (${short(low)} to ${short(high)})`;

/** Formats a number with three significant digits. */
function short(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}

const cellsOf = ({ id, title, unit, relativeTo, ...row }: Row): string[] => [
  title,
  row.ratio === undefined ? '' : ratio(row.ratio),
  row.cpuRatio === undefined ? '' : ratio(row.cpuRatio),
  row.value === undefined ? '' : `${short(row.value)} ${unit}`,
  row.notMeasured === undefined
    ? relativeTo === id
      ? 'baseline'
      : `of ${relativeTo}`
    : `not measured: ${row.notMeasured}`,
];

/** A ratio is a speed relative to the baseline: the table has its median and its extremes over all rounds. */
export function tableOf(title: string, rows: readonly Row[]): string {
  const hasCpu = rows.some(({ cpuRatio }) => cpuRatio !== undefined);
  const head = ['', 'speed, relative', 'by CPU time', 'median', ''];
  const lines = [head, ...rows.map(cellsOf)].map((cells) =>
    hasCpu ? cells : cells.filter((_, column) => column !== 2),
  );
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const last = (lines[0]?.length ?? 0) - 1;
  const text = lines.map((cells) =>
    cells.map((cell, column) => (column === last ? cell : cell.padEnd(widths[column] ?? 0))).join('   '),
  );
  return `${title}\n\n${text.map((line) => `  ${line.trimEnd()}`).join('\n')}\n`;
}
