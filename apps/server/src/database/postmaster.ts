import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLine } from './command-line.ts';

/** A PostgreSQL that serves a data folder. */
export interface Postmaster {
  readonly pid: number;
  /** Absent until it has chosen one, in the first milliseconds of its life. */
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
 * The PostgreSQL that serves `data` now, if one does, whoever started it.
 *
 * PostgreSQL itself overwrites a `postmaster.pid` whose process is gone, but refuses to start when the number was given
 * to another process since; such a file is removed here.
 *
 * @param data - the data folder's real path, as it stands on the command line of the postmaster
 */
export function findPostmaster(data: string): Postmaster | undefined {
  const pidFile = join(data, 'postmaster.pid');
  const content = read(pidFile);
  const [pidLine = '', , , portLine = ''] = content.split('\n');
  const pid = Math.abs(Number.parseInt(pidLine, 10));
  if (!Number.isInteger(pid) || pid === 0 || !isAlive(pid)) return undefined;
  const line = commandLine(pid);
  if (line.includes(data)) {
    const port = Number.parseInt(portLine, 10);
    return { pid, port: Number.isInteger(port) ? port : undefined };
  }
  if (line !== '' && read(pidFile) === content) rmSync(pidFile, { force: true });
  return undefined;
}

/** Ends a postmaster by a fast shutdown (SIGINT: clients are sent away, the log is flushed); by force after 10 s. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    for (const end = Date.now() + patience; Date.now() < end && isAlive(pid);) await sleep(10);
  }
}
