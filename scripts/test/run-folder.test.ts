import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { commandLineOf } from '@latchkey/embedded-postgres';
import { expect, test, vi } from 'vitest';

/** A run that has started two processes which outlive it: one names its folder on the command line, one in its environment. */
const program = `
import { spawn } from 'node:child_process';
import { openRunFolder } from '${join(import.meta.dirname, 'run-folder.ts')}';
const { path } = openRunFolder();
const wait = ['-e', "process.on('SIGHUP', () => {}); setInterval(() => {}, 1e6)"];
const start = (args, env) =>
  spawn(process.execPath, args, { detached: true, stdio: 'ignore', env: { ...process.env, ...env } }).pid;
console.log(JSON.stringify({ path, pids: [start([...wait, path], {}), start(wait, { TMPDIR: path })] }));
process.stdin.resume();
`;

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'a run that ends by %s leaves no process and no folder',
  async (signal) => {
    const run = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface(run.stdout), 'line');
    const { path, pids } = JSON.parse(String(line)) as { path: string; pids: number[] }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- written above
    expect(existsSync(path)).toBe(true);
    expect(pids.map(commandLineOf)).toEqual([expect.stringContaining(path), expect.anything()]);
    run.kill(signal);
    await vi.waitFor(
      () =>
        expect({ left: pids.map(commandLineOf), folder: existsSync(path) }).toEqual({
          left: ['', ''],
          folder: false,
        }),
      { timeout: 50_000 },
    );
  },
);
