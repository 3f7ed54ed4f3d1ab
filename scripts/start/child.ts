import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface ChildOptions {
  readonly name: string;
  /** Arguments of this very Node. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Everything that it says goes here. */
  readonly logFile: string;
  /** Meets each line as it comes. */
  readonly onLine: (line: string, source: 'stdout' | 'stderr') => void;
}

export interface Child {
  readonly name: string;
  /** The last lines that it said. */
  readonly tail: readonly string[];
  /** Settles when it is gone, with words for how: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  /** Whether it had to be killed. */
  readonly killed: boolean;
  /** Asks it to end, insists after the grace, and takes whatever it left in its process group. */
  stop(): Promise<void>;
  kill(): void;
}

const TAIL_LINES = 15;
const GRACE_MS = 10_000;

/** Starts a child as the leader of a process group of its own, so that a terminal's Ctrl-C reaches only us. */
export function startChild({ name, args, cwd, environment, logFile, onLine }: ChildOptions): Child {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  const tail: string[] = [];
  const process_ = spawn(process.execPath, args, {
    cwd,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const follow = (stream: Readable, source: 'stdout' | 'stderr'): void => {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      onLine(line, source);
    });
  };
  follow(process_.stdout, 'stdout');
  follow(process_.stderr, 'stderr');
  let killed = false;
  const kill = (): void => {
    killed ||= !isOver(process_);
    signalGroup(process_, 'SIGKILL');
  };
  const ended = new Promise<string>((resolve) => {
    process_.once('error', (error) => resolve(error.message));
    process_.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  }).finally(() => log.end());
  return {
    name,
    tail,
    ended,
    get killed() {
      return killed;
    },
    async stop() {
      if (!isOver(process_)) process_.kill('SIGTERM');
      const insist = setTimeout(kill, GRACE_MS);
      await new Promise<void>((resolve) => {
        if (isOver(process_)) resolve();
        else process_.once('exit', () => resolve());
      });
      clearTimeout(insist);
      signalGroup(process_, 'SIGKILL');
      await ended;
    },
    kill,
  };
}

function isOver({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

/** Reaches what outlived the leader as well; an empty group is no error. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
