import { existsSync, mkdirSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf } from '@latchkey/embedded-postgres';
import { busyPorts } from './ports.ts';
import type { Settings } from './settings.ts';

/** The file with the pid of the `start` that uses the data folder. It remains after a `kill -9`. */
const pidFileOf = (dataDir: string): string => join(dataDir, 'start.pid');

/** Programs that cannot share the data folder, each with its file that begins with its pid, and a part of its command line. */
const PROGRAMS = [
  { program: 'Latchkey', file: pidFileOf, command: 'scripts/start.ts' },
  { program: 'The Logto emulator', file: inFolder('logto/pid'), command: 'logto-emulator' },
  { program: 'The Permit emulator', file: inFolder('permit/pid'), command: 'permit-emulator' },
  { program: 'PostgreSQL', file: inFolder('postgres/data/postmaster.pid'), command: 'postgres' },
];

function inFolder(file: string) {
  return (dataDir: string): string => join(dataDir, file);
}

/** A process that uses the data folder. */
interface DataUser {
  readonly pid: number;
  readonly isStart: boolean;
  /** What it is, and what to do. */
  readonly description: string;
}

export function usersOf(dataDir: string): DataUser[] {
  return PROGRAMS.flatMap(({ program, file, command }) => {
    const pid = readPid(file(dataDir));
    // After a crash, the pid in the file may belong to another process.
    if (pid === undefined || !commandLineOf(pid).includes(command)) return [];
    const description = `${program} runs on ${dataDir}, as process ${pid}. Stop it where it was started, or with "kill -INT ${pid}".`;
    return [{ pid, isStart: file === pidFileOf, description }];
  });
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Something prevents `start`. `message` lists every reason, one per line, each with what to do. */
export class ObstaclesError extends Error {
  override readonly name = 'ObstaclesError';
}

/** More than the ten seconds after which every child of a killed `start` has ended. */
const PATIENCE_MS = 15_000;

/**
 * Claims the data folder and the ports for this `start`. Waits for the children of a killed one, which end by themselves.
 *
 * @param print - prints a line for the user
 * @returns what gives the data folder back
 * @throws {@link ObstaclesError} when another process uses the folder or a port
 */
export async function claim(
  settings: Pick<Settings, 'dataDir' | 'ports'>,
  print: (line: string) => void,
): Promise<() => void> {
  const { dataDir } = settings;
  const pidFile = pidFileOf(dataDir);
  let obstacles = await findObstacles(settings);
  if (obstacles.length > 0 && existsSync(pidFile) && !usersOf(dataDir).some(({ isStart }) => isStart)) {
    print('  The last run was killed. Waiting for its processes to end.');
    for (const end = Date.now() + PATIENCE_MS; obstacles.length > 0 && Date.now() < end; await sleep(50))
      obstacles = await findObstacles(settings); // oxlint-disable-line no-await-in-loop -- sequential polling
  }
  if (obstacles.length > 0) throw new ObstaclesError(obstacles.join('\n'));
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(pidFile, `${process.pid}\n`);
  return () => rmSync(pidFile, { force: true });
}

async function findObstacles({ dataDir, ports }: Pick<Settings, 'dataDir' | 'ports'>): Promise<string[]> {
  const users = usersOf(dataDir);
  const known = new Set(users.map(({ pid }) => pid));
  // A process that is listed for the folder is not listed again for its port.
  const busy = (await busyPorts(ports)).filter(({ pid }) => pid === undefined || !known.has(pid));
  return [...users, ...busy].map(({ description }) => description);
}
