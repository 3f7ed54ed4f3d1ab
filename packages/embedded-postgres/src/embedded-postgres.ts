import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, realpathSync, statSync, truncateSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { DATABASE_USER, ensureCluster, POSTGRES_ENVIRONMENT } from './postgres-cluster.ts';
import { createLauncher } from './postgres-launcher.ts';
import { findPostmaster, stopPostmaster } from './postmaster.ts';

/** The part of a pino logger that is used. */
export interface EmbeddedPostgresLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** Where the data is, and where to report. */
export interface EmbeddedPostgresOptions {
  /** The first use creates the folder `postgres` in it: `data/`, `password` (mode 0600), `postgres.log`. */
  readonly dataDir: string;
  /** Receives one line per start, and a warning when the connection to PostgreSQL is lost. */
  readonly log: EmbeddedPostgresLog;
}

/** An opened cluster. */
export interface EmbeddedPostgres {
  /** `postgresql://…` on loopback, with the password. The port changes from start to start. */
  readonly url: string;
  /** Stops PostgreSQL by a fast shutdown, unless another process has the same folder open. A second call does nothing. */
  stop(): Promise<void>;
}

/** PostgreSQL did not start. `message` ends with the last lines of PostgreSQL's own log. */
export class EmbeddedPostgresError extends Error {
  readonly code = 'EMBEDDED_POSTGRES_FAILED';
  override readonly name = 'EmbeddedPostgresError';
}

/**
 * Every process that has the folder open holds this advisory lock in shared mode, on a connection of its own: the keeper.
 * PostgreSQL releases the lock when the connection ends, also after a kill -9.
 */
const IN_USE_LOCK = 0x1a7c;
const OPEN_TIMEOUT_MS = 30_000;
const START_ATTEMPTS = 5;
const LOG_LIMIT_BYTES = 1_048_576;

/**
 * Opens a real PostgreSQL in a folder, with the programs that npm installed. It listens on a free port of loopback;
 * fsync stays on.
 *
 * If a PostgreSQL already serves the folder, this joins it: the orphan of a killed process, or the PostgreSQL of a second
 * server. The last process to stop shuts it down.
 *
 * @throws {EmbeddedPostgresError} with the code EMBEDDED_POSTGRES_FAILED, when it does not accept connections within 30 s
 */
export async function openEmbeddedPostgres({
  dataDir,
  log,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const requested = resolve(dataDir, 'postgres');
  try {
    const { initdb, postgres } = await findPostgresBinaries();
    await ensureCluster(requested, initdb);
    const folder = realpathSync(requested);
    const password = readFileSync(join(folder, 'password'), 'utf8');
    const { keeper, pid, port, joined } = await connect({ folder, postgres, password });
    log.info({ pid, port, folder }, joined ? 'joined the PostgreSQL that was running' : 'started PostgreSQL');
    keeper.on('error', (error) => log.warn({ err: error, pid }, 'PostgreSQL went away'));
    let stopping: Promise<void> | undefined;
    return {
      url: urlOf(port, password),
      stop: () => (stopping ??= close({ keeper, pid })),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedPostgresError(`PostgreSQL on ${requested} did not start: ${reason}`, { cause: error });
  }
}

interface Cluster {
  readonly folder: string;
  readonly postgres: string;
  readonly password: string;
}

/** Joins or starts PostgreSQL, until a connection holds the lock. Waits for a PostgreSQL that is shutting down. */
async function connect(
  cluster: Cluster,
): Promise<{ keeper: Client; pid: number; port: number; joined: boolean }> {
  let child: ChildProcess | undefined;
  let attempts = 0;
  let lastError: unknown;
  for (const end = Date.now() + OPEN_TIMEOUT_MS; Date.now() < end; await sleep(15)) {
    const { pid, port } = findPostmaster(join(cluster.folder, 'data')) ?? {};
    if (pid !== undefined && port !== undefined) {
      const keeper = await acquireLock(port, cluster.password).catch((error: unknown) => {
        if (error instanceof DatabaseError && error.code === '28P01') throw error;
        lastError = error;
      });
      if (keeper) return { keeper, pid, port, joined: pid !== child?.pid };
    } else if (pid === undefined && (child === undefined || child.exitCode !== null)) {
      if (attempts === START_ATTEMPTS) break;
      // The start failed. Another process may have started PostgreSQL first, or the last processes of a killed
      // PostgreSQL still run: wait a little longer before each further attempt.
      if (attempts > 0) await sleep(attempts * 100);
      attempts += 1;
      child = await start(cluster);
    }
  }
  if (lastError instanceof Error && attempts === 0) throw lastError;
  throw new Error(lastLinesOf(join(cluster.folder, 'postgres.log')));
}

async function start({ folder, postgres }: Cluster): Promise<ChildProcess> {
  const logFile = join(folder, 'postgres.log');
  const output = openSync(logFile, 'a', 0o600);
  if (statSync(logFile).size > LOG_LIMIT_BYTES) truncateSync(logFile);
  const data = join(folder, 'data');
  const settings = { listen_addresses: '127.0.0.1', port: await freePort(), unix_socket_directories: '' };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const { file, args, identity } = createLauncher([folder, postgres]).command(postgres, [
    '-D',
    data,
    ...flags,
  ]);
  // A process group of its own: Ctrl-C in a terminal must reach only this process, which then stops PostgreSQL.
  const child = spawn(file, args, {
    ...identity,
    detached: true,
    stdio: ['ignore', output, output],
    env: POSTGRES_ENVIRONMENT,
  });
  await new Promise((done, failed) => child.once('spawn', done).once('error', failed));
  closeSync(output);
  child.unref();
  return child;
}

/** For errors that also reject the awaited promise. Without a listener they would end the process. */
function ignore(): void {}

async function acquireLock(port: number, password: string): Promise<Client> {
  const client = new Client({ connectionString: urlOf(port, password), application_name: 'latchkey-keeper' });
  client.on('error', ignore);
  try {
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1)', [IN_USE_LOCK]);
  } catch (error) {
    await client.end().catch(ignore);
    throw error;
  }
  client.off('error', ignore);
  return client;
}

/**
 * A process that gets the lock exclusively is the last one, and stops PostgreSQL. A process that joins at that moment
 * waits for the lock, loses its connection, and starts PostgreSQL again.
 */
async function close({ keeper, pid }: { keeper: Client; pid: number }): Promise<void> {
  keeper.removeAllListeners('error').on('error', ignore);
  try {
    await keeper.query('select pg_advisory_unlock_shared($1)', [IN_USE_LOCK]);
    const { rows } = await keeper.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [
      IN_USE_LOCK,
    ]);
    if (rows[0]?.last === true) await stopPostmaster(pid);
  } catch {
    // The connection is lost, so PostgreSQL is not running any more; the keeper's listener has logged that.
  }
  await keeper.end().catch(ignore);
}

function urlOf(port: number, password: string): string {
  return `postgresql://${DATABASE_USER}:${password}@127.0.0.1:${port}/postgres`;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((done, failed) => probe.once('listening', done).once('error', failed));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === 'string') throw new Error('no free TCP port on loopback');
  return address.port;
}

function lastLinesOf(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
}
