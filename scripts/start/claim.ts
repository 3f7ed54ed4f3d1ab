import {
  existsSync,
  mkdirSync,
  rmSync,
  writeFileSync,
  readFileSync,
  readdirSync,
  readlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { commandLineOf } from '@latchkey/embedded-postgres';
import type { Settings } from './settings.ts';

/** Has the pid of the `start` that uses the data folder. It remains after a `kill -9`. */
const PID_FILE = 'start.pid';

/** They cannot share the data folder. `file` begins with the pid, and `command` is part of the command line. */
const PROGRAMS = [
  { program: 'Latchkey', file: PID_FILE, command: 'scripts/start.ts' },
  { program: 'The Logto emulator', file: 'logto/pid', command: 'logto-emulator' },
  { program: 'The Permit emulator', file: 'permit/pid', command: 'permit-emulator' },
  { program: 'PostgreSQL', file: 'postgres/data/postmaster.pid', command: 'postgres' },
];

interface DataUser {
  readonly pid: number;
  readonly isStart: boolean;
  readonly description: string;
}

/** Only `start` while it runs: the others end with it. */
export function usersOf(dataDir: string): DataUser[] {
  const users = PROGRAMS.flatMap(({ program, file, command }) => {
    const pid = readPid(join(dataDir, file));
    // After a crash, the pid in the file may belong to another process.
    if (pid === undefined || !commandLineOf(pid).includes(command)) return [];
    const description = `${program} runs on ${dataDir}, as process ${pid}. Stop it where it was started, or with "kill -INT ${pid}".`;
    return [{ pid, isStart: file === PID_FILE, description }];
  });
  const start = users.find(({ isStart }) => isStart);
  return start === undefined ? users : [start];
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

/** Longer than the ten seconds in which the children of a killed `start` end. */
const PATIENCE_MS = 15_000;

/**
 * Waits for the children of a killed `start`, which end by themselves.
 * @returns a function that releases the data folder
 * @throws {@link ObstaclesError} when another process uses the folder or a port
 */
export async function claim(
  settings: Pick<Settings, 'dataDir' | 'ports'>,
  print: (line: string) => void,
): Promise<() => void> {
  const { dataDir } = settings;
  const pidFile = join(dataDir, PID_FILE);
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
  if (users[0]?.isStart === true) return [users[0].description];
  const known = new Set(users.map(({ pid }) => pid));
  // Lists a process that uses the folder and a port only once.
  const busy = (await busyPorts(ports)).filter(({ pid }) => pid === undefined || !known.has(pid));
  return [...users, ...busy].map(({ description }) => description);
}

interface PortOwner {
  readonly pid: number;
  readonly command: string;
}

interface BusyPort {
  /** Undefined if this user cannot see the process. */
  readonly pid?: number | undefined;
  readonly description: string;
}

/** @param ports - each with the name of the environment variable that sets it */
async function busyPorts(ports: ReadonlyMap<string, number>): Promise<BusyPort[]> {
  const wanted = new Map<number, string>();
  const busy: BusyPort[] = [];
  for (const [variable, port] of ports) {
    const other = wanted.get(port);
    if (other !== undefined)
      busy.push({ description: `Port ${port} is used twice, by ${other} and ${variable}.` });
    else if (await isBusy(port)) busy.push(describe(variable, port)); // oxlint-disable-line no-await-in-loop -- at most five ports
    wanted.set(port, variable);
  }
  return busy;
}

function describe(variable: string, port: number): BusyPort {
  const owner = findPortOwner(port);
  const user =
    owner === undefined ? 'by a process of another user' : `by process ${owner.pid} (${clip(owner.command)})`;
  const free = port + (port > 55_535 ? -10_000 : 10_000);
  const description = `Port ${port} is in use ${user}. End it, or choose another port: ${variable}=${free}`;
  return { pid: owner?.pid, description };
}

/** Without the program's folder, so that its arguments fit on a line. */
function clip(command: string): string {
  const text = command.replace(/^\S*\//, '');
  return text.length > 90 ? `${text.slice(0, 89)}…` : text;
}

/** Whether something listens on the port at either loopback address. Browsers use both for `localhost`. */
async function isBusy(port: number): Promise<boolean> {
  const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => answersAt(port, host)));
  return answers.includes(true);
}

function answersAt(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1000 });
    const end = (answered: boolean) => () => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(true));
  });
}

/** Undefined for another user's process. Reads `/proc` on Linux, and asks lsof(8) elsewhere. */
function findPortOwner(port: number): PortOwner | undefined {
  try {
    return process.platform === 'linux' ? fromProc(port) : fromLsof(port);
  } catch {
    return undefined;
  }
}

/** Columns of `/proc/net/tcp`: slot, local address, remote address, state (0A: listening), …; the tenth is the inode. */
function fromProc(port: number): PortOwner | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readOr(() => readFileSync(table, 'utf8'), '').split('\n')) {
      const columns = line.trim().split(/\s+/);
      if (columns[1]?.endsWith(suffix) === true && columns[3] === '0A') sockets.add(`socket:[${columns[9]}]`);
    }
  }
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const files = readOr(() => readdirSync(`/proc/${pid}/fd`), []);
    const targets = files.map((fd) => readOr(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ''));
    if (targets.some((target) => sockets.has(target)))
      return { pid: Number(pid), command: commandLineOf(Number(pid)) };
  }
  return undefined;
}

/** Another user's process is unreadable, and a process or file may disappear at any time. */
function readOr<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

function fromLsof(port: number): PortOwner | undefined {
  const output = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const pid = Number(/^p(\d+)$/m.exec(output)?.[1]);
  return Number.isInteger(pid) ? { pid, command: commandLineOf(pid) } : undefined;
}
