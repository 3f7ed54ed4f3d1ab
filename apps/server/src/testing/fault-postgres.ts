import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openEmbeddedPostgres } from '@latchkey/embedded-postgres';
import { Client, DatabaseError } from 'pg';
import { afterFile } from './after-file.ts';

/** A PostgreSQL that can be killed and filled. Closed after the file. */
export interface FaultPostgres {
  readonly url: string;
  /** Ends PostgreSQL with SIGKILL. The supervisor restarts it immediately. */
  kill(): Promise<void>;
  /** Takes all remaining connections until the result is disposed. */
  exhaustConnections(): Promise<AsyncDisposable>;
  /** Fills the disk until the result is disposed. */
  fillDisk(): Promise<AsyncDisposable>;
}

const run = promisify(execFile);

/**
 * Starts a PostgreSQL with its data on a small file system, which can be filled. Mounting the file system requires
 * root; without root, `fillDisk` makes inserts fail with the same PostgreSQL error.
 */
export async function startFaultPostgres(): Promise<FaultPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-faults-'));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  const isMounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', folder]).then(
    () => true,
    () => false,
  );
  if (isMounted) afterFile(() => run('umount', [folder]));
  const postgres = await openEmbeddedPostgres({ dataDir: folder, log: { info() {}, warn() {} } });
  afterFile(() => postgres.stop());
  return {
    url: postgres.url,
    async kill() {
      const pidFile = await readFile(join(folder, 'postgres', 'data', 'postmaster.pid'), 'utf8');
      process.kill(Number(pidFile.split('\n')[0]), 'SIGKILL');
    },
    exhaustConnections: () => exhaustConnections(postgres.url),
    fillDisk: () => (isMounted ? fill(folder, postgres.url) : refuseInserts(postgres.url)),
  };
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function exhaustConnections(url: string): Promise<AsyncDisposable> {
  const held: Client[] = [];
  for (;;) {
    try {
      held.push(await connect(url));
    } catch (error) {
      if (error instanceof DatabaseError && error.code === '53300') break;
      throw error;
    }
  }
  return { [Symbol.asyncDispose]: async () => void (await Promise.all(held.map((client) => client.end()))) };
}

async function statements(url: string, ...texts: readonly string[]): Promise<void> {
  const client = await connect(url);
  for (const text of texts) await client.query(text);
  await client.end();
}

async function fill(folder: string, url: string): Promise<AsyncDisposable> {
  // Starts a new write-ahead log file of 16 MiB, which is enough for a test. Without space for the log, PostgreSQL
  // would end.
  await statements(
    url,
    'checkpoint',
    'select pg_switch_wal()',
    "select pg_logical_emit_message(true, 'x', 'x')",
  );
  const path = join(folder, 'full');
  const file = await open(path, 'w');
  for (let block = Buffer.alloc(1_048_576); block.length >= 4_096;) {
    await file.write(block).catch(() => (block = block.subarray(0, block.length / 2)));
  }
  await file.close();
  return { [Symbol.asyncDispose]: () => rm(path) };
}

const tables = ['webhook_deliveries', 'reports'];

async function refuseInserts(url: string): Promise<AsyncDisposable> {
  await statements(
    url,
    `create function refuse_insert() returns trigger language plpgsql as $$
       begin raise exception 'No space left on device' using errcode = 'disk_full'; end $$;
     ${tables.map((table) => `create trigger refuse before insert on ${table} execute function refuse_insert();`).join('')}`,
  );
  return { [Symbol.asyncDispose]: () => statements(url, 'drop function refuse_insert cascade') };
}
