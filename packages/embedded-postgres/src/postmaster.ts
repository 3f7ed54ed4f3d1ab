import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf } from './command-line.ts';

/** The main process of a PostgreSQL that serves a data folder. */
export interface Postmaster {
  readonly pid: number;
  /** Undefined in the first milliseconds, until PostgreSQL has written its port into `postmaster.pid`. */
  readonly port: number | undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether it has ended, but nobody has taken its exit status: so stays a process whose parent is gone, in a container whose
 * first process takes no exit status of others. The state follows the name in parentheses, see proc_pid_stat(5).
 */
function isZombie(pid: number): boolean {
  return process.platform === 'linux' && /.*\) [ZX]/s.test(read(`/proc/${pid}/stat`));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Finds the PostgreSQL that serves `data` now, also if another process started it.
 *
 * PostgreSQL overwrites a `postmaster.pid` whose process is gone. If another process has got the same number since, or the
 * process is a zombie, PostgreSQL refuses to start, so this function removes such a file.
 *
 * @param data - the real path of the data folder, as it is on the postmaster's command line
 */
export function findPostmaster(data: string): Postmaster | undefined {
  const pidFile = join(data, 'postmaster.pid');
  const content = read(pidFile);
  const [pidLine = '', , , portLine = ''] = content.split('\n');
  const pid = Math.abs(Number.parseInt(pidLine, 10));
  if (!Number.isInteger(pid) || pid === 0) return undefined;
  if (!isAlive(pid)) {
    if (isZombie(pid)) removeUnchanged();
    return undefined;
  }
  const line = commandLineOf(pid);
  if (line.includes(data)) {
    const port = Number.parseInt(portLine, 10);
    return { pid, port: Number.isInteger(port) ? port : undefined };
  }
  if (line !== '') removeUnchanged();
  return undefined;

  function removeUnchanged(): void {
    if (read(pidFile) === content) rmSync(pidFile, { force: true });
  }
}

/** Stops a postmaster by a fast shutdown (SIGINT: it disconnects clients and flushes the log), by force after 10 s. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const [signal, timeout] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isAlive(pid)) return;
    try {
      process.kill(pid, signal);
    } catch {
      // It has just ended.
    }
    for (const end = Date.now() + timeout; Date.now() < end && isAlive(pid);) await sleep(10);
  }
}
