import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claim } from './claim.ts';

let dataDir: string;
let processes: ChildProcess[];
let output: string[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'latchkey-claim-'));
  [processes, output] = [[], []];
});
afterEach(() => {
  for (const child of processes) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

const take = (ports: Record<string, number> = {}) =>
  claim({ dataDir, ports: new Map(Object.entries(ports)) }, (line) => output.push(line));

/** Starts a process with this text in its command line, and writes its pid into a file of the data folder. */
function run(text: string, file: string): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', text], { stdio: 'ignore' });
  processes.push(child);
  mkdirSync(dirname(join(dataDir, file)), { recursive: true });
  writeFileSync(join(dataDir, file), `${child.pid}\n`);
  return child;
}

test('lists every process that uses the data folder or a port, each with what to do', async () => {
  const users = [
    run('packages/logto-emulator/src/cli.ts', 'logto/pid'),
    run('packages/permit-emulator/src/cli.ts', 'permit/pid'),
    run('postgres', 'postgres/data/postmaster.pid'),
  ];
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const refusal = await take({ WEB_PORT: port }).catch((error: unknown) => error);
  // The others end with a running start.
  const start = run('scripts/start.ts', 'start.pid');
  await expect(take({ WEB_PORT: port })).rejects.toThrow(
    new RegExp(`^Latchkey runs .*kill -INT ${start.pid}"\\.$`),
  );
  server.close();
  expect(refusal).toMatchObject({ name: 'ObstaclesError' });
  const lines = String(refusal).split('\n');
  expect(lines).toHaveLength(4);
  for (const [index, { pid }] of users.entries()) expect(lines[index]).toContain(`kill -INT ${pid}`);
  expect(lines[3]).toMatch(new RegExp(`Port ${port} is in use by process ${process.pid} .*WEB_PORT=`));
  // `claim` does not wait for a running start.
  expect(output).toEqual([]);
});

test('waits for the processes of a killed start, then claims the folder until it releases it', async () => {
  writeFileSync(join(dataDir, 'start.pid'), '999999999\n');
  const left = run('packages/logto-emulator/src/cli.ts', 'logto/pid');
  const taken = take();
  await expect.poll(() => output).toHaveLength(1);
  left.kill('SIGKILL');
  const release = await taken;
  expect(readFileSync(join(dataDir, 'start.pid'), 'utf8')).toBe(`${process.pid}\n`);
  release();
  expect(existsSync(join(dataDir, 'start.pid'))).toBe(false);
});

test('ignores the pid of a crashed process that another process has reused', async () => {
  run('another program', 'start.pid');
  run('another program', 'logto/pid');
  await take();
  expect(output).toEqual([]);
});
