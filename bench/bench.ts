import { z } from 'zod';
import { readOptions } from '../scripts/read-options.ts';
import { decideGroup } from './decide/decide-group.ts';
import { httpGroup } from './http/http-group.ts';
import { ingestGroup } from './ingest/ingest-group.ts';
import { measureGroup, type Row, type Spread } from './measure-group.ts';
import { canPin } from './pinned-process.ts';
import type { Group } from './variant.ts';

const groups: readonly Group[] = [httpGroup, decideGroup, ingestGroup];
const names = groups.map(({ name }) => name);

const usage = `Measures how fast Latchkey is, side by side with other ways to do the same, in alternating rounds.

  pnpm bench [--only ${names.join('|')}]… [--rounds <number>]

  --only <group>     this group only; may be given more than once
  --rounds <number>  how often each variant is measured; default: 5
  --help             print this

Read the ratios: they are of one run on one machine. The peers are installed in bench/peers on the first run. Close what else is
running.
`;

const Options = z.object({
  only: z.array(z.enum(names)).default([...names]),
  rounds: z.coerce.number().int().min(1).max(1_000),
});

async function measure(group: Group, rounds: number): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const rows = await measureGroup(await group.variants(stack), rounds, (done) => {
    process.stderr.write(`${group.name}: ${done}\n`);
  });
  process.stdout.write(`\n${tableOf(group.title, rows)}\n`);
}

async function main(): Promise<number> {
  const options = Options.safeParse(
    readOptions(usage, {
      only: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '5' },
    }),
  );
  if (!options.success) {
    process.stderr.write(`${z.prettifyError(options.error)}\n\n${usage}`);
    return 1;
  }
  if (!canPin) process.stderr.write('Processes cannot be pinned to a core here: expect wider spreads.\n');
  for (const group of groups.filter(({ name }) => options.data.only.includes(name))) {
    await measure(group, options.data.rounds); // oxlint-disable-line no-await-in-loop -- one after the other
  }
  return 0;
}

process.exitCode = await main();

const ratio = ({ median, low, high }: Spread): string =>
  `${short(median)}  (${short(low)} to ${short(high)})`;

/** Three significant digits. */
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

/** The rows of a group as a table for a terminal. A ratio is a speed relative to the baseline: the median and the extremes of the rounds. */
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
