import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, createWriteStream, fchmodSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface ChildOptions {
  readonly name: string;
  /** Arguments for the Node that runs this script. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The log file for all output. Readable by its owner only, because children log about themselves and their users. */
  readonly logFile: string;
  /** Receives each line of output. */
  readonly onLine: (line: string, source: 'stdout' | 'stderr') => void;
}

export interface Child {
  readonly name: string;
  /** Undefined if the process could not be started. */
  readonly pid: number | undefined;
  /** The last lines of its output, at most 15. */
  readonly tail: readonly string[];
  /** Resolves when the process has exited, with the reason: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  /** Sends SIGTERM, then SIGKILL after 10 seconds, and kills the remaining processes of its process group. */
  stop(): Promise<void>;
  kill(): void;
}

const TAIL_LINES = 15;
const STOP_TIMEOUT_MS = 10_000;

/** Makes a child exit by itself when this process is killed. */
const END_WITH_START = new URL('end-with-start.ts', import.meta.url).href;

/** Starts a child in its own process group, so that Ctrl-C in a terminal reaches only this process. */
export function startChild({ name, args, cwd, environment, logFile, onLine }: ChildOptions): Child {
  const log = createWriteStream(logFile, { fd: openPrivately(logFile) });
  const tail: string[] = [];
  const process_ = spawn(process.execPath, ['--import', END_WITH_START, ...args], {
    cwd,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const follow = (stream: Readable | null, source: 'stdout' | 'stderr'): void => {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      onLine(line, source);
    });
  };
  follow(process_.stdout, 'stdout');
  follow(process_.stderr, 'stderr');
  const kill = (): void => signalGroup(process_, 'SIGKILL');
  const ended = new Promise<string>((resolve) => {
    // Its log is complete then; a write error, such as a full disk, is not awaited.
    const end = (reason: string): void => void log.end(() => resolve(reason));
    process_.once('error', (error) => end(error.message));
    process_.once('close', (code, signal) => end(signal ?? `exit code ${code}`));
  });
  return {
    name,
    pid: process_.pid,
    tail,
    ended,
    async stop() {
      if (!hasEnded(process_)) process_.kill('SIGTERM');
      const timeout = setTimeout(kill, STOP_TIMEOUT_MS);
      await new Promise<void>((resolve) => {
        if (hasEnded(process_)) resolve();
        else process_.once('exit', () => resolve());
      });
      clearTimeout(timeout);
      signalGroup(process_, 'SIGKILL');
      await ended;
    },
    kill,
  };
}

/** Recreates the file, in a folder with the same owner. Both may exist with other modes from an older version. */
function openPrivately(file: string): number {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  chmodSync(dirname(file), 0o700);
  const fd = openSync(file, 'w', 0o600);
  fchmodSync(fd, 0o600);
  return fd;
}

function hasEnded({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

/** Also reaches orphaned processes of the child. An empty group is not an error. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // The group is empty.
  }
}
