import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findPostmaster } from './postmaster.ts';
import { createOwners, end, isGone, type Owners, query } from './testing/owners.ts';

// How long a restart takes is not tested: other tests use the same cores.

let owners: Owners;
beforeEach(async () => {
  owners = await createOwners();
});
afterEach(() => owners.clear());

const eventually = <Value>(check: () => Promise<Value>): Promise<Value> =>
  vi.waitFor(check, { timeout: 60_000, interval: 20 });

async function killPostmaster(): Promise<number> {
  const pid = await owners.postmasterPid();
  process.kill(pid, 'SIGKILL');
  expect(await isGone(pid)).toBe(true);
  return pid;
}

const keepersOf = (url: string): Promise<number> =>
  query(url, `select 1 from pg_stat_activity where application_name = 'latchkey-keeper'`).then(
    ({ length }) => length,
  );

test('a killed PostgreSQL is started again and again, at the same URL, for pools that are in use', async () => {
  const { url } = await owners.open();
  await query(url, 'create table kept as select 42 as answer');
  const pool = new Pool({ connectionString: url });
  pool.on('error', () => {});
  for (let round = 0; round < 4; round += 1) {
    const killed = await killPostmaster();
    await eventually(async () => {
      expect((await pool.query('select answer from kept')).rows).toEqual([{ answer: 42 }]);
      // A connection may outlive the process that was killed for a moment, and answer.
      expect(await owners.postmasterPid()).not.toBe(killed);
    });
  }
  await pool.end();
});

test('two processes that have it open agree on the new one, and the last of them stops it', async () => {
  const mine = await owners.open();
  const theirs = await owners.openElsewhere();
  for (let round = 0; round < 3; round += 1) {
    await killPostmaster();
    await eventually(async () => expect(await keepersOf(mine.url)).toBe(2));
  }
  const pid = await owners.postmasterPid();
  await mine.stop();
  expect(await keepersOf(mine.url)).toBe(1);
  expect(await end(theirs, 'SIGTERM')).toBe(0);
  expect(await isGone(pid)).toBe(true);
});

test('a process that opens the folder while PostgreSQL is away gets the URL that the others have', async () => {
  const mine = await owners.open();
  await killPostmaster();
  const [joined] = await Promise.all([owners.open(), owners.openElsewhere()]);
  expect(joined.url).toBe(mine.url);
  await eventually(async () => expect(await keepersOf(mine.url)).toBe(3));
});

test('a stop at any moment of a restart ends cleanly, without a process that is left behind', async () => {
  for (const delay of [0, 5, 30, 80, 150, 400]) {
    const postgres = await owners.open();
    await killPostmaster();
    await sleep(delay);
    await postgres.stop();
    expect(findPostmaster(join(owners.folder, 'data'))).toBeUndefined();
  }
  expect(await query((await owners.open()).url, 'select 1')).toEqual([1]);
});

test('a stop while PostgreSQL recovers from the crash of one of its processes stops it', async () => {
  const postgres = await owners.open();
  const pid = await owners.postmasterPid();
  const [backend] = await query(
    postgres.url,
    `select pid from pg_stat_activity where application_name = 'latchkey-keeper'`,
  );
  process.kill(Number(backend), 'SIGKILL');
  await postgres.stop();
  expect(await isGone(pid)).toBe(true);
});

test('the port is the same after a stop', async () => {
  const first = await owners.open();
  await first.stop();
  expect((await owners.open()).url).toBe(first.url);
});

test('PostgreSQL’s own log has no values of statements, whatever goes wrong, and only its owner can read it', async () => {
  const postgres = await owners.open();
  const { url } = postgres;
  const log = join(owners.folder, 'postgres.log');
  expect((await stat(log)).mode & 0o777).toBe(0o600);
  await query(url, 'create table canaries (name text primary key, age int)');
  await query(url, `insert into canaries values ('canary-1', 1)`);
  for (const statement of [
    `insert into canaries values ('canary-1', 2)`,
    `insert into canaries values ('canary-2', 'canary-3')`,
    `select 'canary-4' from nowhere`,
    `do $$ begin raise warning 'canary-5'; end $$; select 'canary-6'::json`,
  ]) {
    await expect(query(url, statement)).rejects.toThrow();
  }
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  await expect(
    client.query('insert into canaries values ($1, $2)', ['canary-7', 'canary-8']),
  ).rejects.toThrow(/integer/);
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  // PostgreSQL would say which statement the process was running.
  const running = client.query(`select pg_sleep(60), 'canary-9'`).catch(() => {});
  const isRunning = `select 1 from pg_stat_activity where query like '%canary-9%' and pid <> pg_backend_pid()`;
  await eventually(async () => expect(await query(url, isRunning)).toHaveLength(1));
  process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
  await running;
  await client.end();
  await eventually(async () => expect(await keepersOf(url)).toBe(1));
  const text = await readFile(log, 'utf8');
  expect(text).toContain('terminated by signal 9');
  expect(text).not.toContain('canar');
  await postgres.stop();
  await chmod(log, 0o644);
  await owners.open();
  expect((await stat(log)).mode & 0o777).toBe(0o600);
});
