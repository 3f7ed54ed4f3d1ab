import { closeSync, fchmodSync, fstatSync, ftruncateSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseAccount, type Cluster, POSTGRES_ENVIRONMENT } from './cluster.ts';
import { commandLineOf, type OwnedChild, startOwnedChild } from './owned-child.ts';

/**
 * PostgreSQL's log has only starts, stops and crashes: no statement, no parameter, and no value that a message quotes
 * ("Key (email)=(…) already exists").
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

const LOG_LIMIT_BYTES = 1_048_576;
/** Longer than the ten seconds in which the PostgreSQL of a killed process ends (owned-child.ts). */
const PATIENCE_MS = 15_000;
const READY_TIMEOUT_MS = 30_000;
const ATTEMPTS = 5;

export interface StartOptions {
  readonly port: number;
  /** Aborting stops everything that was started, and the start rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** Another process runs PostgreSQL in the folder. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

/**
 * Starts PostgreSQL, and resolves when it accepts connections. Waits for the PostgreSQL of a killed owner to shut down.
 *
 * @throws {FolderInUseError}
 * @throws {Error} with the last lines of PostgreSQL's log when five attempts fail
 */
export async function startPostgres(cluster: Cluster, { port, signal }: StartOptions): Promise<OwnedChild> {
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', ...QUIET };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const end = Date.now() + PATIENCE_MS;
  /* oxlint-disable no-await-in-loop -- one attempt after the other */
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    while (isInUse(cluster.data)) {
      if (Date.now() > end)
        throw new FolderInUseError(`a process (PID ${pidIn(cluster.data)}) uses the folder`);
      await sleep(50, undefined, { signal });
    }
    signal.throwIfAborted();
    const child = run(cluster, options);
    if (await becomesReady(cluster, child, signal)) return child;
    await child.stop();
    // The last processes of a killed PostgreSQL may still run.
    await sleep(attempt * 100);
  }
  /* oxlint-enable no-await-in-loop */
  signal.throwIfAborted();
  // Once more without QUIET, so that the log has the details. With -C, PostgreSQL makes its startup checks and exits.
  await run(cluster, ['-C', 'shared_memory_size']).ended;
  throw new Error(readFileSync(cluster.logFile, 'utf8').trimEnd().split('\n').slice(-5).join('\n'));
}

/** Waits until PostgreSQL writes `ready` into its pid file. @returns false if it has ended, or must be stopped */
async function becomesReady({ data }: Cluster, child: OwnedChild, signal: AbortSignal): Promise<boolean> {
  let hasEnded = false;
  void child.ended.then(() => (hasEnded = true));
  for (const end = Date.now() + READY_TIMEOUT_MS; Date.now() < end; await sleep(15)) {
    if (hasEnded || signal.aborted) return false;
    // Another process may have started its PostgreSQL at the same moment.
    if (pidIn(data) === child.process.pid && /^ready\s*$/m.test(readPidFile(data))) return true;
  }
  return false;
}

function readPidFile(data: string): string {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8');
  } catch {
    return '';
  }
}

function pidIn(data: string): number {
  return Math.abs(Number.parseInt(readPidFile(data), 10));
}

/**
 * PostgreSQL overwrites the pid file of a process that is gone, but refuses to start if the process is a zombie or
 * another one reuses the pid. This function removes such a file.
 */
function isInUse(data: string): boolean {
  const content = readPidFile(data);
  const pid = pidIn(data);
  if (!(pid > 0)) return false;
  if (commandLineOf(pid).includes(data)) return true;
  if (exists(pid) && readPidFile(data) === content) rmSync(join(data, 'postmaster.pid'), { force: true });
  return false;
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function run({ folder, data, postgres, logFile }: Cluster, options: readonly string[]): OwnedChild {
  const { prefix, identity } = chooseAccount([folder, postgres]);
  const output = openLog(logFile);
  try {
    return startOwnedChild([...prefix, postgres, '-D', data, ...options], {
      cwd: '/',
      env: POSTGRES_ENVIRONMENT,
      output,
      // A fast shutdown, which disconnects clients.
      stopSignal: 'INT',
      ...identity,
    });
  } finally {
    closeSync(output);
  }
}

function openLog(file: string): number {
  const log = openSync(file, 'a', 0o600);
  // An older version may have created the file with another mode.
  fchmodSync(log, 0o600);
  if (fstatSync(log).size > LOG_LIMIT_BYTES) ftruncateSync(log);
  return log;
}
