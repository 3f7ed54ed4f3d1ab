import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf } from '@latchkey/embedded-postgres';

/** A process that is still running. */
export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
}

/** The processes of the last `start` on a data folder that are still running. */
export interface Run {
  /** `start` itself, if it is still running. */
  readonly start: RunningProcess | undefined;
  readonly children: readonly RunningProcess[];
}

/** Records the processes of this `start`, so that the next one finds the leftovers of a kill -9. */
export interface RunFile {
  add(process: RunningProcess): void;
  remove(): void;
}

/** One process per line: `<pid> <name>`; the first is `start`. */
const fileIn = (dataDir: string): string => join(dataDir, 'start.pid');

/** Texts in a command line that identify the recorded process, in case its pid was reused. */
const COMMANDS = { start: 'scripts/start.ts', child: 'scripts/start/end-with-start.ts' };

/** The data folder must exist. */
export function createRunFile(dataDir: string): RunFile {
  const file = fileIn(dataDir);
  const processes: RunningProcess[] = [{ name: 'start', pid: process.pid }];
  const write = (): void =>
    writeFileSync(file, processes.map(({ pid, name }) => `${pid} ${name}\n`).join(''));
  write();
  return {
    add(child) {
      processes.push(child);
      write();
    },
    remove: () => rmSync(file, { force: true }),
  };
}

export function readRun(dataDir: string): Run {
  const [start, ...children] = read(fileIn(dataDir))
    .split('\n')
    .flatMap((line) => {
      const [pid = '', name = 'start'] = line.trim().split(' ');
      return /^\d+$/.test(pid) ? [{ name, pid: Number(pid) }] : [];
    });
  return {
    start: start !== undefined && commandLineOf(start.pid).includes(COMMANDS.start) ? start : undefined,
    children: children.filter(({ pid }) => commandLineOf(pid).includes(COMMANDS.child)),
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
