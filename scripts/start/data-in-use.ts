import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf } from '@latchkey/embedded-postgres';

/** The file with the pid of the `start` that uses the data folder. It remains after a `kill -9`. */
export const pidFileOf = (dataDir: string): string => join(dataDir, 'start.pid');

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
export interface DataUser {
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
