import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { freePort, processesWith } from '@latchkey/server-process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { root } from './settings.ts';

// These tests start all of Latchkey several times while other tests use the same cores.
vi.setConfig({ testTimeout: 240_000 });

let dataDir: string;
let variables: Record<string, string>;
let starts: ChildProcess[];
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'latchkey-killed-'));
  const names = ['WEB_PORT', 'PORT', 'LOGTO_EMULATOR_PORT', 'PERMIT_API_PORT', 'PERMIT_PDP_PORT'];
  const ports = await Promise.all(names.map(() => freePort()));
  variables = Object.fromEntries(names.map((name, index) => [name, String(ports[index])]));
  starts = [];
});
afterEach(async () => {
  for (const child of starts) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(dataDir, { recursive: true, force: true });
});

/** Runs `start` as a user would. Resolves when everything is ready. */
async function start(...options: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['scripts/start.ts', '--json', ...options], {
    cwd: root,
    env: { ...process.env, ...variables, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  starts.push(child);
  const output: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error(output.join('')))),
  ]);
  // Seeding logs no warnings.
  expect(output.join('')).not.toMatch(/(policy|grant-\w+) │/);
  return child;
}

const children = ['logto-emulator', 'permit-emulator', 'apps/server/dist/main.js', 'postgres -D'];
const inDevelopment = [
  'logto-emulator',
  'permit-emulator',
  'apps/server/src/main.ts',
  'vite/bin/vite.js',
  'postgres -D',
];
const exposed = [...children, 'webhook expose'];
const known = [...new Set([...inDevelopment, ...exposed])];

/** The running processes with the data folder in their environment or on their command line. */
function runningChildren(): string[] {
  const running = processesWith(dataDir).filter(({ command }) => !/^\S*sh /.test(command));
  return known.filter((name) => running.some(({ command }) => command.includes(name)));
}

const nothingIsLeft = () => expect.poll(() => processesWith(dataDir), { interval: 100 }).toEqual([]);

test('after a kill -9 of start, all of its processes exit by themselves, including PostgreSQL', async () => {
  const first = await start('--development');
  expect(runningChildren().toSorted()).toEqual(inDevelopment.toSorted());
  first.kill('SIGKILL');
  await nothingIsLeft();
});

test('a start right after a kill -9 waits for the leftover processes, and leaves none itself', async () => {
  (await start()).kill('SIGKILL');
  const second = await start();
  expect(runningChildren().toSorted()).toEqual(children.toSorted());
  // `doctor` succeeds only if the seed is complete.
  const doctor = spawn(process.execPath, ['scripts/bin/latchkey.ts', 'doctor'], {
    cwd: root,
    env: { ...process.env, ...variables, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [verdicts, [code]] = await Promise.all([text(doctor.stdout), once(doctor, 'exit')]);
  expect({ code, verdicts }).toEqual({ code: 0, verdicts: expect.stringContaining('✓ Webhook events') });
  expect(verdicts).not.toContain('–');
  // The warning is about the failed delivery in the seeded history.
  expect(verdicts).toMatch(/^! .*1 dead letter/m);
  second.kill('SIGTERM');
  expect(await once(second, 'exit')).toEqual([0, null]);
  await nothingIsLeft();
  const logs = join(dataDir, 'logs');
  expect(statSync(logs).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(logs)) expect(statSync(join(logs, name)).mode & 0o777).toBe(0o600);
});

test('when the server is killed, start names it and exits without leaving a process, PostgreSQL included', async () => {
  const child = await start('--public-url', `http://127.0.0.1:${variables['PORT']}`);
  expect(runningChildren().toSorted()).toEqual(exposed.toSorted());
  const output: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  // The memory limit that docs/guide/troubleshooting.md documents needs these flags.
  const server = processesWith(dataDir).filter(({ command }) =>
    /^\S+ --max-semi-space-size=8 --optimize-for-size apps\/server/.test(command),
  );
  expect(server).toHaveLength(1);
  for (const { pid } of server) process.kill(pid, 'SIGKILL');
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(output.join('')).toContain('server ended unexpectedly (SIGKILL)');
  expect(readFileSync(join(dataDir, 'logs', 'webhook.log'), 'utf8')).toMatch(/has the URL \S+ again\.\n$/);
  await nothingIsLeft();
});
