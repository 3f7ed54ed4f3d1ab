import type { GroupResult } from './results.ts';

const width = 760;
/** Left of the names, for the longest of them. */
const margin = 80;
const labels = 300;
const rowHeight = 28;
const top = 16;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * A chart of a group: one bar for each ratio, with a line from the lowest to the highest round. The axis starts at zero and ends at
 * the largest; each bar is labelled, and a dashed line is the baseline.
 */
export function chartOf({ title, rows }: GroupResult): string {
  const bars = rows.flatMap(({ title, ratio }) => (ratio === undefined ? [] : [{ title, ratio }]));
  const largest = Math.max(1, ...bars.map(({ ratio }) => ratio.high));
  const x = (value: number): number =>
    Math.round((labels + (value / largest) * (width - labels - 70)) * 10) / 10;
  const height = top * 2 + bars.length * rowHeight;
  const drawn = bars.map(({ title, ratio: { median, low, high } }, index) => {
    const y = top + index * rowHeight;
    const middle = y + rowHeight / 2;
    return `  <text class="name" x="${labels - 10}" y="${middle + 4}">${escape(title)}</text>
  <rect class="bar" x="${labels}" y="${y + 5}" width="${Math.max(1, x(median) - labels)}" height="${rowHeight - 10}" rx="2"/>
  <path class="spread" d="M${x(low)} ${middle}H${x(high)}"/>
  <text class="value" x="${x(high) + 8}" y="${middle + 4}">${Number(median.toPrecision(2))}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-margin} 0 ${width + margin} ${height}" role="img" aria-label="${escape(title)}">
  <style>
    text { font: 13px system-ui, sans-serif; fill: #2c2a26; font-variant-numeric: tabular-nums }
    .name { text-anchor: end }
    .bar { fill: #a8762a }
    .spread, .one { stroke: #2c2a26; stroke-width: 1.5 }
    .one { stroke-dasharray: 3 4; opacity: 0.5 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e8e6e1 }
      .bar { fill: #c9973f }
      .spread, .one { stroke: #e8e6e1 }
    }
  </style>
${drawn.join('\n')}
  <path class="one" d="M${x(1)} ${top}V${height - top}"/>
</svg>
`;
}
