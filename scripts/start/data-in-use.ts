import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf, findPostmaster } from '@latchkey/embedded-postgres';
import { readRun } from './run-file.ts';

/** A process that uses the data folder. */
export interface DataUser {
  readonly program: string;
  readonly pid: number;
  /** The command that ends it. */
  readonly end: string;
}

/** An emulator writes its pid into its lock file. `command` is part of its command line. */
const LOCKS = [
  { program: 'The Logto emulator', file: 'logto/lock', command: 'logto-emulator' },
  { program: 'The Permit emulator', file: 'permit/lock', command: 'permit-emulator' },
];

/**
 * Lists the processes that use the data folder and cannot share it: a `start`, leftovers of a killed `start`, an
 * emulator.
 */
export function usersOf(dataDir: string): DataUser[] {
  const { start, children } = readRun(dataDir);
  const users = new Map<number, DataUser>();
  const add = (program: string, pid: number): void => {
    if (!users.has(pid)) users.set(pid, { program, pid, end: `kill ${pid}` });
  };
  if (start !== undefined) add('Latchkey', start.pid);
  for (const { name, pid } of children) add(`"${name}" of a run that was killed`, pid);
  for (const { program, file, command } of LOCKS) {
    const pid = Number.parseInt(read(join(dataDir, file)), 10);
    // After a crash, the pid in the file may belong to another process.
    if (Number.isInteger(pid) && commandLineOf(pid).includes(command)) add(program, pid);
  }
  return [...users.values()];
}

/** The PostgreSQL that runs on the folder. A `start` can share it. */
export function postgresOf(dataDir: string): DataUser | undefined {
  const pid = findPostmaster(join(dataDir, 'postgres', 'data'))?.pid;
  return pid === undefined ? undefined : { program: 'PostgreSQL', pid, end: `kill -INT ${pid}` };
}

export function describeUser({ program, pid, end }: DataUser, dataDir: string): string {
  return `${program} runs on ${dataDir}, as process ${pid}. Stop it where it was started; if nobody does, "${end}" ends it.`;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
