import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readOptions } from '../scripts/read-options.ts';
import { root } from '../scripts/start/settings.ts';
import { chartOf } from './chart.ts';
import { compare, tolerance } from './compare.ts';
import { decideGroup } from './decide/decide-group.ts';
import { httpGroup } from './http/http-group.ts';
import { ingestGroup } from './ingest/ingest-group.ts';
import { measureGroup } from './measure-group.ts';
import { pageGroup } from './page/page-group.ts';
import { canPin } from './pinned-process.ts';
import { progressOn } from './progress.ts';
import { readResults, type GroupResult, type Results } from './results.ts';
import { startGroup } from './start/start-group.ts';
import { tableOf } from './table.ts';
import type { Group } from './variant.ts';

const groups: readonly Group[] = [httpGroup, decideGroup, ingestGroup, startGroup, pageGroup];
const names = groups.map(({ name }) => name);

const usage = `Measures how fast Latchkey is, side by side with other ways to do the same, in alternating rounds.

  pnpm bench [--only ${names.join('|')}]… [--rounds <number>] [--check] [--store]

  --only <group>     this group only; may be given more than once
  --rounds <number>  how often each variant is measured; default: 5
  --check            compares with the stored run; the exit code is 1 when a ratio is more than ${tolerance * 100} % lower
  --store            replaces the stored run (bench/results.json) and the charts of the docs (docs/images/bench-*.svg)
  --help             print this

Prints a table of each group, and writes .data/bench/results.json with a chart of each group beside it. Read the ratios: they are of
one run on one machine. What is compared with is installed in bench/peers on the first run. Close what else is running.
`;

const Options = z.object({
  only: z.array(z.enum(names)).default([...names]),
  rounds: z.coerce.number().int().min(1).max(1_000),
});

async function measure(group: Group, rounds: number): Promise<GroupResult> {
  await using stack = new AsyncDisposableStack();
  const variants = await group.variants(stack);
  const rows = await measureGroup(variants, rounds, progressOn(process.stderr, group.name));
  const machine = `${availableParallelism()} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}`;
  return { title: group.title, measuredAt: new Date().toISOString(), rounds, machine, rows };
}

/** Writes the results, what is already in the file and was not measured now included, and a chart of each group. */
function write(
  measured: Results,
  files: { readonly results: string; readonly chart: (name: string) => string },
) {
  const all = { ...readResults(files.results), ...measured };
  writeFileSync(files.results, `${JSON.stringify(all, undefined, 2)}\n`);
  for (const [name, group] of Object.entries(measured)) writeFileSync(files.chart(name), chartOf(group));
}

async function main(): Promise<number> {
  const { check, store, ...given } = readOptions(usage, {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '5' },
    check: { type: 'boolean', default: false },
    store: { type: 'boolean', default: false },
  });
  const options = Options.safeParse(given);
  if (!options.success) {
    process.stderr.write(`${z.prettifyError(options.error)}\n\n${usage}`);
    return 1;
  }
  if (!canPin) process.stderr.write('Processes cannot be kept on a core here: expect wider spreads.\n');
  const measured: Results = {};
  for (const group of groups.filter(({ name }) => options.data.only.includes(name))) {
    const result = await measure(group, options.data.rounds); // oxlint-disable-line no-await-in-loop -- one after the other
    measured[group.name] = result;
    process.stdout.write(`\n${tableOf(result)}\n`);
  }
  const folder = join(root, '.data/bench');
  mkdirSync(folder, { recursive: true });
  write(measured, {
    results: join(folder, 'results.json'),
    chart: (name) => join(folder, `${name}.svg`),
  });
  const stored = join(root, 'bench/results.json');
  const slower = check ? compare(measured, readResults(stored)) : [];
  for (const line of slower) process.stdout.write(`${line}\n`);
  if (check && slower.length === 0) process.stdout.write('Nothing is slower than in the stored run.\n');
  if (store) {
    write(measured, { results: stored, chart: (name) => join(root, `docs/images/bench-${name}.svg`) });
  }
  return slower.length === 0 ? 0 : 1;
}

process.exitCode = await main();
