import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chooseAccount } from './cluster.ts';
import { commandLineOf } from './owned-child.ts';
import { type EmbeddedPostgres, openEmbeddedPostgres } from './embedded-postgres.ts';

// Other tests use the same cores, so no test checks how long anything takes.

const log = { info: () => {}, warn: () => {} };
let parent: string;
let folder: string;
let opened: EmbeddedPostgres[];
let others: ChildProcess[];
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'latchkey-postgres-'));
  await chmod(parent, 0o755);
  folder = join(parent, 'postgres');
  [opened, others] = [[], []];
});
afterEach(async () => {
  for (const other of others) other.kill('SIGKILL');
  for (const postgres of opened) await postgres.stop();
  await rm(parent, { recursive: true, force: true });
});

async function open(dataDir = parent): Promise<EmbeddedPostgres> {
  const postgres = await openEmbeddedPostgres({ dataDir, log });
  opened.push(postgres);
  return postgres;
}

/** PostgreSQL runs until that process ends. */
async function openElsewhere(): Promise<ChildProcess> {
  const module = new URL('embedded-postgres.ts', import.meta.url).href;
  const script = `
    const { openEmbeddedPostgres } = await import(${JSON.stringify(module)});
    const log = { info() {}, warn() {} };
    await openEmbeddedPostgres({ dataDir: ${JSON.stringify(parent)}, log });
    console.log('open');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  others.push(child);
  await once(child.stdout, 'data');
  return child;
}

const pidFile = (): string => join(folder, 'data', 'postmaster.pid');

const postmasterPid = async (): Promise<number> => Number.parseInt(await readFile(pidFile(), 'utf8'), 10);

const eventually = <Value>(check: () => Promise<Value> | Value): Promise<Value> =>
  vi.waitFor(check, { timeout: 60_000, interval: 20 });

const isGone = (pid: number): Promise<boolean> =>
  eventually(() => {
    expect(commandLineOf(pid)).toBe('');
    return true;
  });

async function killPostmaster(): Promise<number> {
  const pid = await postmasterPid();
  process.kill(pid, 'SIGKILL');
  expect(await isGone(pid)).toBe(true);
  return pid;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  // A broken connection may emit several errors, of which the query's promise takes only one.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
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

test('the data persists after a stop, and a stop leaves no process', async () => {
  const first = await open();
  await query(first.url, 'create table saved as select 42 as answer');
  const pid = await postmasterPid();
  await first.stop();
  expect(await isGone(pid)).toBe(true);
  await first.stop();
  const second = await open();
  expect(await query(second.url, 'select answer from saved')).toEqual([42]);
});

test('PostgreSQL shuts down when its owner is killed; the next process waits for that, and has the data', async () => {
  const owner = await openElsewhere();
  const pid = await postmasterPid();
  owner.kill('SIGKILL');
  const { url } = await open();
  expect(commandLineOf(pid)).toBe('');
  await query(url, 'create table saved as select 42 as answer');
  expect(await readFile(join(folder, 'postgres.log'), 'utf8')).toContain('received fast shutdown request');
});

test('refuses a folder that another process uses, with the pid of its PostgreSQL', async () => {
  const owner = await openElsewhere();
  const pid = await postmasterPid();
  await expect(open()).rejects.toMatchObject({
    code: 'EMBEDDED_POSTGRES_IN_USE',
    message: expect.stringContaining(`PID ${pid}`),
  });
  expect(await postmasterPid()).toBe(pid);
  owner.kill('SIGKILL');
  await isGone(pid);
});

/** A process whose parent does not read its exit status. */
async function startZombie(): Promise<number> {
  const { prefix, identity } = chooseAccount(['/']);
  const script = 'sleep 0.1 & echo $!; exec sleep 60';
  const zombieParent = spawn('env', [...prefix, 'sh', '-c', script], {
    ...identity,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  others.push(zombieParent);
  const [line] = await once(zombieParent.stdout, 'data');
  const pid = Number(line);
  await isGone(pid);
  return pid;
}

const staleOwners: readonly (readonly [name: string, findPid: () => number | Promise<number>])[] = [
  ['no process any more', () => 999_999_999],
  ['another process now', () => process.pid],
  ...(process.platform === 'linux' ? [['a zombie', startZombie] as const] : []),
];
test.each(staleOwners)(
  'PostgreSQL starts in spite of a stale pid file whose number belongs to %s',
  async (_, findPid) => {
    await (await open()).stop();
    const lines = [await findPid(), join(folder, 'data'), 1, 1, '', '127.0.0.1', '', 'ready'];
    await writeFile(pidFile(), `${lines.join('\n')}\n`);
    expect(await query((await open()).url, 'select 1')).toEqual([1]);
  },
);

test('a stop and an open at the same time both succeed', async () => {
  let current = await open();
  for (let round = 0; round < 3; round += 1) {
    const [, next] = await Promise.all([current.stop(), open()]);
    expect(await query(next.url, 'select 1')).toEqual([1]);
    current = next;
  }
});

test('works below a private folder, even for root, whose PostgreSQL runs under another account', async () => {
  const hidden = join(parent, 'private');
  await mkdir(hidden, { mode: 0o700 });
  const { url } = await open(hidden);
  expect(await query(url, 'select 1')).toEqual([1]);
});

test("a damaged cluster is an error with a code and PostgreSQL's message", async () => {
  await (await open()).stop();
  await writeFile(join(folder, 'data', 'PG_VERSION'), '9\n');
  const failure = openEmbeddedPostgres({ dataDir: parent, log });
  await expect(failure).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES_FAILED' });
  await expect(failure).rejects.toThrow(/PG_VERSION|version 9/);
});

test('restarts a killed PostgreSQL each time, at the same URL, for pools in use', async () => {
  const { url } = await open();
  await query(url, 'create table saved as select 42 as answer');
  const pool = new Pool({ connectionString: url });
  pool.on('error', () => {});
  for (let round = 0; round < 4; round += 1) {
    const killed = await killPostmaster();
    await eventually(async () => {
      expect((await pool.query('select answer from saved')).rows).toEqual([{ answer: 42 }]);
      // For a moment, a connection may outlive the killed process, and answer.
      expect(await postmasterPid()).not.toBe(killed);
    });
  }
  await pool.end();
});

test('a stop at any moment of a restart ends cleanly, without leaving a process', async () => {
  for (const delay of [0, 5, 30, 80, 150, 400]) {
    const postgres = await open();
    await killPostmaster();
    await sleep(delay);
    await postgres.stop();
    const left = await postmasterPid().catch(() => 0);
    expect(left === 0 ? '' : commandLineOf(left)).toBe('');
  }
  expect(await query((await open()).url, 'select 1')).toEqual([1]);
});

test('a stop while PostgreSQL recovers from a crash stops it', async () => {
  const postgres = await open();
  const pid = await postmasterPid();
  const [checkpointer] = await query(
    postgres.url,
    `select pid from pg_stat_activity where backend_type = 'checkpointer'`,
  );
  process.kill(Number(checkpointer), 'SIGKILL');
  await postgres.stop();
  expect(await isGone(pid)).toBe(true);
});

test('the port is the same after a stop', async () => {
  const first = await open();
  await first.stop();
  expect((await open()).url).toBe(first.url);
});

test('PostgreSQL’s own log has no values of statements after any error, and only its owner can read it', async () => {
  const postgres = await open();
  const { url } = postgres;
  const log = join(folder, 'postgres.log');
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
  // By default, PostgreSQL logs the statement that the crashed process was running.
  const running = client.query(`select pg_sleep(60), 'canary-9'`).catch(() => {});
  const isRunning = `select 1 from pg_stat_activity where query like '%canary-9%' and pid <> pg_backend_pid()`;
  await eventually(async () => expect(await query(url, isRunning)).toHaveLength(1));
  process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
  await running;
  await client.end();
  await eventually(async () => expect(await query(url, 'select 1')).toEqual([1]));
  const text = await readFile(log, 'utf8');
  expect(text).toContain('terminated by signal 9');
  expect(text).not.toContain('canar');
  await postgres.stop();
  await chmod(log, 0o644);
  await open();
  expect((await stat(log)).mode & 0o777).toBe(0o600);
});
