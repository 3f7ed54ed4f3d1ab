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
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function read(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Finds the PostgreSQL that serves `data` now, also if another process started it.
 *
 * PostgreSQL overwrites a `postmaster.pid` whose process is gone. If another process has got the same number since,
 * PostgreSQL refuses to start, so this function removes such a file.
 *
 * @param data - the real path of the data folder, as it is on the postmaster's command line
 */
export function findPostmaster(data: string): Postmaster | undefined {
  const pidFile = join(data, 'postmaster.pid');
  const content = read(pidFile);
  const [pidLine = '', , , portLine = ''] = content.split('\n');
  const pid = Math.abs(Number.parseInt(pidLine, 10));
  if (!Number.isInteger(pid) || pid === 0 || !isAlive(pid)) return undefined;
  const line = commandLineOf(pid);
  if (line.includes(data)) {
    const port = Number.parseInt(portLine, 10);
    return { pid, port: Number.isInteger(port) ? port : undefined };
  }
  if (line !== '' && read(pidFile) === content) rmSync(pidFile, { force: true });
  return undefined;
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
