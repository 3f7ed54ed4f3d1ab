import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf } from '@latchkey/embedded-postgres';

/** A process that still runs. */
export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
}

/** What the last `start` on a data folder has left, or what it runs now. */
export interface Run {
  /** `start` itself, if it still runs. */
  readonly start: RunningProcess | undefined;
  readonly children: readonly RunningProcess[];
}

/** Records the processes of this `start`, so that the next one finds what a kill -9 has left. */
export interface RunFile {
  add(process: RunningProcess): void;
  remove(): void;
}

/** One process per line: `<pid> <name>`; the first is `start`. */
const fileIn = (dataDir: string): string => join(dataDir, 'start.pid');

/** By these, a pid still means the process that was recorded, and not another one that got its number. */
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
