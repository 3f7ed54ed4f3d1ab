import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, fchmodSync, fstatSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Cluster } from './cluster.ts';
import { POSTGRES_ENVIRONMENT } from './postgres-cluster.ts';
import { createLauncher } from './postgres-launcher.ts';

const LOG_LIMIT_BYTES = 1_048_576;

/**
 * PostgreSQL's log has starts, stops and crashes, but nothing of a statement: neither its text nor its parameters, nor the
 * values that a message or its detail quotes ("Key (email)=(…) already exists"). Whoever sent the statement gets all that.
 */
const QUIET = {
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: -1,
  log_parameter_max_length: 0,
  log_parameter_max_length_on_error: 0,
};

/**
 * Starts PostgreSQL, and resolves when the process runs; it does not accept connections yet.
 *
 * @param port - the port that it must have; otherwise the port of its last start, or another one if that is taken
 */
export async function startPostmaster(cluster: Cluster, port?: number): Promise<ChildProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: port ?? (await choosePort(cluster.data)),
    unix_socket_directories: '',
    ...QUIET,
  };
  const child = await run(
    cluster,
    Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  );
  child.unref();
  return child;
}

/**
 * Adds to the log why PostgreSQL does not start, with the details that {@link QUIET} leaves out: it makes its checks, and
 * ends before it serves anybody.
 */
export async function explainFailure(cluster: Cluster): Promise<void> {
  const child = await run(cluster, ['-C', 'shared_memory_size']);
  const timeout = setTimeout(() => child.kill('SIGKILL'), 5_000);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  clearTimeout(timeout);
}

async function run(
  { folder, data, postgres, logFile }: Cluster,
  more: readonly string[],
): Promise<ChildProcess> {
  const { file, args, identity } = createLauncher([folder, postgres]).command(postgres, [
    '-D',
    data,
    ...more,
  ]);
  const output = openLog(logFile);
  try {
    // A process group of its own: Ctrl-C in a terminal must reach only this process, which then stops PostgreSQL.
    const child = spawn(file, args, {
      ...identity,
      detached: true,
      stdio: ['ignore', output, output],
      env: POSTGRES_ENVIRONMENT,
    });
    await once(child, 'spawn');
    return child;
  } finally {
    closeSync(output);
  }
}

function openLog(file: string): number {
  const log = openSync(file, 'a', 0o600);
  // An older version may have created it with another mode.
  fchmodSync(log, 0o600);
  if (fstatSync(log).size > LOG_LIMIT_BYTES) ftruncateSync(log);
  return log;
}

/**
 * Ports below those that Linux and macOS give to outgoing connections, from 32,768 and 49,152 on: while PostgreSQL is
 * away, no such connection can take its port.
 */
const PORTS = [15_000, 32_000] as const;

async function choosePort(data: string): Promise<number> {
  const last = portOfLastStart(data);
  if (last !== undefined && (await isFree(last))) return last;
  for (;;) {
    const port = randomInt(...PORTS);
    if (await isFree(port)) return port; // oxlint-disable-line no-await-in-loop -- almost always the first one is free
  }
}

/**
 * PostgreSQL writes its command line into this file when it listens on the port. Processes that still have the folder open
 * while PostgreSQL is away know this port.
 */
function portOfLastStart(data: string): number | undefined {
  try {
    const [, port] = /"port=(\d+)"/.exec(readFileSync(join(data, 'postmaster.opts'), 'utf8')) ?? [];
    return port === undefined ? undefined : Number(port);
  } catch {
    return undefined;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await new Promise<void>((done, failed) => {
      probe.once('error', failed).listen(port, '127.0.0.1', done);
    });
    await new Promise((done) => probe.close(done));
    return true;
  } catch {
    return false;
  }
}
