import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type EmbeddedPostgres, openEmbeddedPostgres } from './embedded-postgres.ts';

// These tests start processes while other tests use the same cores. How long that takes is not tested.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const log = { info: () => {}, warn: () => {} };
let parent: string;
let folder: string;
let opened: EmbeddedPostgres[];
let owners: ChildProcess[];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'latchkey-postgres-'));
  await chmod(parent, 0o755);
  folder = join(parent, 'postgres');
  opened = [];
  owners = [];
});

afterEach(async () => {
  for (const owner of owners) owner.kill('SIGKILL');
  for (const postgres of opened) await postgres.stop();
  await rm(parent, { recursive: true, force: true });
});

async function open(dataDir = parent): Promise<EmbeddedPostgres> {
  const postgres = await openEmbeddedPostgres({ dataDir, log });
  opened.push(postgres);
  return postgres;
}

/** Opens the folder in another process and keeps it open, like a second server. */
async function openElsewhere(dataDir = parent): Promise<ChildProcess> {
  const module = new URL('embedded-postgres.ts', import.meta.url).href;
  const script = `
    const { openEmbeddedPostgres } = await import(${JSON.stringify(module)});
    const log = { info() {}, warn() {} };
    const postgres = await openEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log });
    process.once('SIGTERM', () => postgres.stop().then(() => process.exit(0)));
    console.log('open');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  owners.push(child);
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

async function postmasterPid(): Promise<number> {
  return Number.parseInt(await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10);
}

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 500; tries += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(10);
  }
  return false;
}

test('the first use creates a durable cluster on loopback, with a password that only its owner can read', async () => {
  const { url } = await open();
  expect(await query(url, 'show fsync')).toEqual(['on']);
  expect(await query(url, 'show listen_addresses')).toEqual(['127.0.0.1']);
  expect(await query(url, `select lower('Ü한')`)).toEqual(['ü한']);
  const password = join(folder, 'password');
  expect((await stat(password)).mode & 0o777).toBe(0o600);
  expect(new URL(url).password).toBe(await readFile(password, 'utf8'));
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
});

test('the data is kept after a stop, and a stop leaves no process', async () => {
  const first = await open();
  await query(first.url, 'create table kept as select 42 as answer');
  const pid = await postmasterPid();
  await first.stop();
  expect(await isGone(pid)).toBe(true);
  await first.stop();
  const second = await open();
  expect(await query(second.url, 'select answer from kept')).toEqual([42]);
});

test('an orphaned PostgreSQL is joined with its data, and stopped by the process that joined it', async () => {
  const owner = await openElsewhere();
  const pid = await postmasterPid();
  await end(owner, 'SIGKILL');
  const adopted = await open();
  expect(await postmasterPid()).toBe(pid);
  await query(adopted.url, 'create table kept as select 42 as answer');
  await adopted.stop();
  expect(await isGone(pid)).toBe(true);
  expect(await query((await open()).url, 'select answer from kept')).toEqual([42]);
});

test('PostgreSQL starts in spite of the stale pid file of a killed PostgreSQL', async () => {
  const first = await open();
  await query(first.url, 'create table kept as select 42 as answer');
  const pid = await postmasterPid();
  process.kill(pid, 'SIGKILL');
  expect(await isGone(pid)).toBe(true);
  const second = await open();
  expect(await postmasterPid()).not.toBe(pid);
  expect(await query(second.url, 'select answer from kept')).toEqual([42]);
});

test('PostgreSQL starts in spite of a stale pid file whose number now belongs to another process', async () => {
  await (await open()).stop();
  const stranger = spawn('sleep', ['60']);
  owners.push(stranger);
  const lines = [stranger.pid, join(folder, 'data'), 1, 1, '', '127.0.0.1', '', 'ready'];
  await writeFile(join(folder, 'data', 'postmaster.pid'), `${lines.join('\n')}\n`);
  expect(await query((await open()).url, 'select 1')).toEqual([1]);
  expect(stranger.exitCode).toBeNull();
});

test('a second server joins, and the last one to stop shuts PostgreSQL down', async () => {
  const first = await open();
  const pid = await postmasterPid();
  const second = await openElsewhere();
  expect(await postmasterPid()).toBe(pid);
  await first.stop();
  expect(await query(first.url, 'select 1')).toEqual([1]);
  await end(second, 'SIGTERM');
  expect(await isGone(pid)).toBe(true);
});

test('servers that start at the same time on a new folder share one PostgreSQL', async () => {
  const [mine, , theirs] = await Promise.all([open(), openElsewhere(), open(), openElsewhere()]);
  expect(mine.url).toBe(theirs.url);
  const marker = randomUUID();
  await query(mine.url, `create table shared as select '${marker}' as marker`);
  expect(await query(theirs.url, 'select marker from shared')).toEqual([marker]);
});

test('a stop and an open at the same time both succeed', async () => {
  let current = await open();
  for (let round = 0; round < 5; round += 1) {
    const [, next] = await Promise.all([current.stop(), open()]);
    expect(await query(next.url, 'select 1')).toEqual([1]);
    current = next;
  }
});

test('a folder below a private folder works, also for root, whose PostgreSQL runs under another account', async () => {
  const hidden = join(parent, 'private');
  await mkdir(hidden, { mode: 0o700 });
  const { url } = await open(hidden);
  expect(await query(url, 'select 1')).toEqual([1]);
});

test('a damaged cluster gives an error with a code and the message of PostgreSQL', async () => {
  await (await open()).stop();
  await writeFile(join(folder, 'data', 'PG_VERSION'), '9\n');
  const failure = openEmbeddedPostgres({ dataDir: parent, log });
  await expect(failure).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES_FAILED' });
  await expect(failure).rejects.toThrow(/PG_VERSION|version 9/);
});
