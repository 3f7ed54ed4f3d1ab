import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openEmbeddedPostgres } from './embedded-postgres.ts';
import { createLauncher } from './postgres-launcher.ts';
import { createOwners, end, isGone, type Owners, query } from './testing/owners.ts';

// These tests start processes while other tests use the same cores. How long that takes is not tested.

const log = { info: () => {}, warn: () => {} };
let owners: Owners;
beforeEach(async () => {
  owners = await createOwners();
});
afterEach(() => owners.clear());

test('the first use creates a durable cluster on loopback, with a password that only its owner can read', async () => {
  const { url } = await owners.open();
  expect(await query(url, 'show fsync')).toEqual(['on']);
  expect(await query(url, 'show listen_addresses')).toEqual(['127.0.0.1']);
  expect(await query(url, `select lower('Ü한')`)).toEqual(['ü한']);
  const password = join(owners.folder, 'password');
  expect((await stat(password)).mode & 0o777).toBe(0o600);
  expect(new URL(url).password).toBe(await readFile(password, 'utf8'));
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
});

test('the data is kept after a stop, and a stop leaves no process', async () => {
  const first = await owners.open();
  await query(first.url, 'create table kept as select 42 as answer');
  const pid = await owners.postmasterPid();
  await first.stop();
  expect(await isGone(pid)).toBe(true);
  await first.stop();
  const second = await owners.open();
  expect(await query(second.url, 'select answer from kept')).toEqual([42]);
});

test('an orphaned PostgreSQL is joined with its data, and stopped by the process that joined it', async () => {
  const owner = await owners.openElsewhere();
  const pid = await owners.postmasterPid();
  await end(owner, 'SIGKILL');
  const adopted = await owners.open();
  expect(await owners.postmasterPid()).toBe(pid);
  await query(adopted.url, 'create table kept as select 42 as answer');
  await adopted.stop();
  expect(await isGone(pid)).toBe(true);
  expect(await query((await owners.open()).url, 'select answer from kept')).toEqual([42]);
});

test('PostgreSQL starts in spite of the stale pid file of a killed PostgreSQL', async () => {
  const first = await owners.open();
  await query(first.url, 'create table kept as select 42 as answer');
  const pid = await owners.postmasterPid();
  process.kill(pid, 'SIGKILL');
  expect(await isGone(pid)).toBe(true);
  const second = await owners.open();
  expect(await owners.postmasterPid()).not.toBe(pid);
  expect(await query(second.url, 'select answer from kept')).toEqual([42]);
});

test('PostgreSQL starts in spite of a stale pid file whose number now belongs to another process', async () => {
  await (await owners.open()).stop();
  const stranger = spawn('sleep', ['60']);
  const lines = [stranger.pid, join(owners.folder, 'data'), 1, 1, '', '127.0.0.1', '', 'ready'];
  await writeFile(join(owners.folder, 'data', 'postmaster.pid'), `${lines.join('\n')}\n`);
  expect(await query((await owners.open()).url, 'select 1')).toEqual([1]);
  expect(stranger.exitCode).toBeNull();
  await end(stranger, 'SIGKILL');
});

test.runIf(process.platform === 'linux')(
  'PostgreSQL starts in spite of the pid file of a PostgreSQL whose exit status nobody takes',
  async () => {
    await (await owners.open()).stop();
    const { file, args, identity } = createLauncher(['/']).command('/bin/sh', [
      '-c',
      'sleep 0.1 & echo $!; exec sleep 60',
    ]);
    const parent = spawn(file, args, { ...identity, stdio: ['ignore', 'pipe', 'inherit'] });
    const [zombie] = await once(parent.stdout, 'data');
    await vi.waitFor(
      async () => expect(await readFile(`/proc/${Number(zombie)}/stat`, 'utf8')).toContain(') Z'),
      60_000,
    );
    const lines = [Number(zombie), join(owners.folder, 'data'), 1, 1, '', '127.0.0.1', '', 'ready'];
    await writeFile(join(owners.folder, 'data', 'postmaster.pid'), `${lines.join('\n')}\n`);
    expect(await query((await owners.open()).url, 'select 1')).toEqual([1]);
    await end(parent, 'SIGKILL');
  },
);

test('a second server joins, and the last one to stop shuts PostgreSQL down', async () => {
  const first = await owners.open();
  const pid = await owners.postmasterPid();
  const second = await owners.openElsewhere();
  expect(await owners.postmasterPid()).toBe(pid);
  await first.stop();
  expect(await query(first.url, 'select 1')).toEqual([1]);
  await end(second, 'SIGTERM');
  expect(await isGone(pid)).toBe(true);
});

test('servers that start at the same time on a new folder share one PostgreSQL', async () => {
  const [mine, , theirs] = await Promise.all([
    owners.open(),
    owners.openElsewhere(),
    owners.open(),
    owners.openElsewhere(),
  ]);
  expect(mine.url).toBe(theirs.url);
  const marker = randomUUID();
  await query(mine.url, `create table shared as select '${marker}' as marker`);
  expect(await query(theirs.url, 'select marker from shared')).toEqual([marker]);
});

test('a stop and an open at the same time both succeed', async () => {
  let current = await owners.open();
  for (let round = 0; round < 5; round += 1) {
    const [, next] = await Promise.all([current.stop(), owners.open()]);
    expect(await query(next.url, 'select 1')).toEqual([1]);
    current = next;
  }
});

test('a folder below a private folder works, also for root, whose PostgreSQL runs under another account', async () => {
  const hidden = join(owners.parent, 'private');
  await mkdir(hidden, { mode: 0o700 });
  const { url } = await owners.open(hidden);
  expect(await query(url, 'select 1')).toEqual([1]);
});

test('a damaged cluster gives an error with a code and the message of PostgreSQL', async () => {
  await (await owners.open()).stop();
  await writeFile(join(owners.folder, 'data', 'PG_VERSION'), '9\n');
  const failure = openEmbeddedPostgres({ dataDir: owners.parent, log });
  await expect(failure).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES_FAILED' });
  await expect(failure).rejects.toThrow(/PG_VERSION|version 9/);
});
