import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seed } from '../src/testing/fixtures.ts';

/** The time from the command to the line that says ready: a separate process, with a seed, on a free port. */
const rounds = 15;
const budget = 400;

const dir = mkdtempSync(join(tmpdir(), 'logto-emulator-bench-'));
const file = join(dir, 'seed.json');
writeFileSync(file, JSON.stringify(seed));
const cli = join(import.meta.dirname, '../src/cli.ts');

const times: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const begun = performance.now();
  const child = spawn(process.execPath, [cli, '--port', '0', '--seed', file, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data'); // oxlint-disable-line no-await-in-loop -- one after the other, or they would slow each other
  times.push(performance.now() - begun);
  child.kill();
  await once(child, 'exit'); // oxlint-disable-line no-await-in-loop
}
rmSync(dir, { recursive: true });

times.sort((a, b) => a - b);
const median = times[Math.floor(rounds / 2)] ?? 0;
const worst = times.at(-1) ?? 0;
process.stdout.write(
  `ready after ${median.toFixed(0)} ms (median of ${rounds}; worst ${worst.toFixed(0)} ms; budget ${budget} ms)\n`,
);
if (median > budget) process.exitCode = 1;
