/**
 * Measures the time from process start to the line that says "ready": `node
 * packages/permit-emulator/bench/ready.ts`. The goal is a median under 150 ms on an idle machine. Runs alternate
 * with a plain `node:http` server, also in TypeScript: on a busy machine the ratio says more than the
 * milliseconds.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RUNS = 15;
const cli = join(import.meta.dirname, '../src/cli.ts');
const dir = mkdtempSync(join(tmpdir(), 'permit-bench-'));
const bare = join(dir, 'bare.ts');
writeFileSync(
  bare,
  `import { createServer } from 'node:http';
createServer((_, response) => response.end()).listen(0, () => process.stdout.write('ready'));`,
);

async function ready(...args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const took = performance.now() - start;
  child.kill();
  await once(child, 'exit');
  return took;
}

const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

const emulator: number[] = [];
const floor: number[] = [];
for (let run = 0; run < RUNS; run++) {
  emulator.push(await ready(cli, '--port', '0', '--pdp-port', '0', '--opa-port', '0', '--json'));
  floor.push(await ready(bare));
}
rmSync(dir, { recursive: true });
process.stdout.write(
  `emulator ready: median ${median(emulator).toFixed(0)} ms, best ${Math.min(...emulator).toFixed(0)} ms, first ${emulator[0]?.toFixed(0)} ms
bare server:    median ${median(floor).toFixed(0)} ms, best ${Math.min(...floor).toFixed(0)} ms
ratio:          ${(median(emulator) / median(floor)).toFixed(2)}
`,
);
