import { z } from 'zod';
import { readOptions } from '../scripts/read-options.ts';
import { decideGroup } from './decide/decide-group.ts';
import { httpGroup } from './http/http-group.ts';
import { ingestGroup } from './ingest/ingest-group.ts';
import { mcpGroup } from './mcp/mcp-group.ts';
import { measureGroup } from './measure-group.ts';
import { canPin } from './pinned-process.ts';
import { tableOf } from './table.ts';
import type { Group } from './variant.ts';

const groups: readonly Group[] = [httpGroup, decideGroup, ingestGroup, mcpGroup];
const names = groups.map(({ name }) => name);

const usage = `Benchmarks Latchkey side by side with alternatives, in alternating rounds.

  pnpm bench [--only ${names.join('|')}]… [--rounds <number>]

  --only <group>     this group only; may be given more than once
  --rounds <number>  measurements of each variant; default: 5
  --help             print this

Compare the ratios: absolute numbers depend on the machine. The first run installs the peers in bench/peers. Close other programs.
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
