import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claim, ObstaclesError } from './claim.ts';

let dataDir: string;
let processes: ChildProcess[];
let servers: Server[];
let said: string[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'latchkey-claim-'));
  [processes, servers, said] = [[], [], []];
});
afterEach(() => {
  for (const child of processes) child.kill('SIGKILL');
  for (const server of servers) server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const take = (ports: Record<string, number>, patience: number) =>
  claim({ dataDir, ports: new Map(Object.entries(ports)) }, { say: (line) => said.push(line), patience });

/** A process with this text in its command line, which exits after some milliseconds. */
function run(text: string, lifetime = 600_000): number {
  const child = spawn(process.execPath, ['-e', `setTimeout(() => {}, ${lifetime})`, text], {
    stdio: 'ignore',
  });
  processes.push(child);
  return child.pid ?? 0;
}

async function listen(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const childOfStart = '/checkout/scripts/start/end-with-start.ts';

test('lists all leftovers of a killed start, each process with what to do', async () => {
  const [server, web] = [run(childOfStart), run(childOfStart)];
  const emulator = run('packages/logto-emulator/src/cli.ts');
  mkdirSync(join(dataDir, 'logto'));
  writeFileSync(join(dataDir, 'logto', 'lock'), String(emulator));
  writeFileSync(join(dataDir, 'start.pid'), `999999999 start\n${server} server\n${web} web\n`);
  const port = await listen();
  const refusal = await take({ WEB_PORT: port }, 100).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ObstaclesError);
  const lines = String(refusal).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toContain(`kill ${server}`);
  expect(lines[1]).toContain(`kill ${web}`);
  expect(lines[2]).toContain(`kill ${emulator}`);
  expect(lines[3]).toMatch(new RegExp(`Port ${port} is in use by process ${process.pid} .*WEB_PORT=`));
  expect(said).toEqual([expect.stringContaining(`server (process ${server}), web (process ${web})`)]);
});

test('waits for exiting children of a killed start', async () => {
  const server = run(childOfStart, 1_000);
  writeFileSync(join(dataDir, 'start.pid'), `999999999 start\n${server} server\n`);
  const runFile = await take({}, 120_000);
  expect(said).toHaveLength(1);
  runFile.add({ name: 'web', pid: 7 });
  expect(readFileSync(join(dataDir, 'start.pid'), 'utf8')).toBe(`${process.pid} start\n7 web\n`);
  runFile.remove();
  expect(existsSync(join(dataDir, 'start.pid'))).toBe(false);
});

test('reports a running start immediately, and ignores reused pids', async () => {
  const other = run('scripts/start.ts');
  writeFileSync(join(dataDir, 'start.pid'), `${other} start\n`);
  await expect(take({}, 120_000)).rejects.toThrow(`kill ${other}`);
  const stranger = run('a stranger');
  writeFileSync(join(dataDir, 'start.pid'), `${stranger} start\n${stranger} server\n`);
  await take({}, 120_000);
  expect(said).toEqual([]);
});

test('a leftover PostgreSQL does not block a start, and is reported, alone or with other leftovers', async () => {
  const data = join(dataDir, 'postgres', 'data');
  mkdirSync(data, { recursive: true });
  const postgres = run(data);
  writeFileSync(join(data, 'postmaster.pid'), `${postgres}\n${data}\n`);
  const server = run(childOfStart);
  writeFileSync(join(dataDir, 'start.pid'), `999999999 start\n${server} server\n`);
  await expect(take({}, 100)).rejects.toThrow(new RegExp(`kill ${server}[^]*kill -INT ${postgres}`));
  writeFileSync(join(dataDir, 'start.pid'), '');
  await take({}, 100);
  expect(said.at(-1)).toContain(`process ${postgres}`);
});
