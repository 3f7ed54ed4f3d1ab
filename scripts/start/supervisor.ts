import { appendFileSync, chmodSync, closeSync, fchmodSync, mkdirSync, openSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type OwnedChild, startOwnedChild } from '@latchkey/embedded-postgres';
import type { Report } from './report.ts';
import { root, type Settings } from './settings.ts';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

export class ChildDiedError extends Error {
  override readonly name = 'ChildDiedError';
  constructor({ name, tail, logFile }: Child, end: string) {
    const last = tail.length === 0 ? 'It had no output.' : tail.map((line) => `    ${line}`).join('\n');
    super(
      `${name} ended unexpectedly (${end}), so everything was stopped. Its last lines:\n\n${last}\n\n  The whole log: ${logFile}`,
    );
  }
}

interface Child extends OwnedChild {
  readonly name: string;
  readonly logFile: string;
  /** The last lines of its output, at most 15. */
  readonly tail: readonly string[];
}

export interface Supervisor {
  /** Starts a long-running child. If it exits, everything else is stopped. `onLine` receives each line of its stdout. */
  run(name: string, command: Command): void;
  /** Runs a child to completion. @returns its last lines. @throws {@link ChildDiedError} when it fails. */
  once(name: string, command: Command): Promise<string>;
  /** Aborted with a {@link ChildDiedError} when a long-running child exits by itself. */
  readonly signal: AbortSignal;
  stop(): Promise<void>;
  /** Kills the children that have not stopped yet. */
  kill(): void;
}

export interface StartContext {
  readonly settings: Settings;
  readonly report: Report;
  readonly supervisor: Supervisor;
  /** How Logto reaches the server from outside, as options of `latchkey webhook expose`; undefined when not needed. */
  readonly exposure?: readonly string[] | undefined;
}

export interface SupervisorOptions {
  readonly settings: Pick<Settings, 'dataDir' | 'environment'>;
  readonly report: Pick<Report, 'childLine'>;
  /** Whether to print all output of the children, or only warnings and errors. */
  readonly verbose: boolean;
}

interface Command {
  /** Default: the Node that runs this script. */
  readonly program?: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Variables in addition to those of the settings. The child treats an empty one as absent. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

const TAIL_LINES = 15;

/** The children stop in reverse order. */
export function createSupervisor({ settings, report, verbose }: SupervisorOptions): Supervisor {
  const { dataDir, environment } = settings;
  const failure = new AbortController();
  const children = new Set<Child>();
  let stopping: Promise<void> | undefined;
  const threshold = verbose ? 0 : 40;

  const start = (name: string, command: Command): Child => {
    const { program = process.execPath, args, cwd = root, environment: own, onLine } = command;
    const logFile = join(dataDir, 'logs', `${name}.log`);
    const log = openPrivately(logFile);
    const tail: string[] = [];
    const child = startOwnedChild([program, ...args], {
      cwd,
      env: {
        // Node caches compiled code for the next start.
        NODE_COMPILE_CACHE: join(dataDir, 'compiled'),
        ...process.env,
        ...environment,
        ...own,
        // Programs in `node_modules/.bin` run the first Node in PATH.
        PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      },
      output: 'pipe',
    });
    for (const source of ['stdout', 'stderr'] as const) {
      const input = child.process[source];
      if (input === null) continue;
      createInterface({ input }).on('line', (line) => {
        appendFileSync(log, `${line}\n`);
        tail.push(line);
        if (tail.length > TAIL_LINES) tail.shift();
        if (source === 'stdout') onLine?.(line);
        const { level, text } = readLogLine(line, source);
        if (level >= threshold && text !== '') report.childLine(name, text);
      });
    }
    void child.ended.then(() => closeSync(log));
    const named = { ...child, name, logFile, tail };
    children.add(named);
    return named;
  };

  const stopAll = async (): Promise<void> => {
    for (const child of [...children].toReversed()) await child.stop(); // oxlint-disable-line no-await-in-loop -- in this order
  };

  return {
    signal: failure.signal,
    run(name, command) {
      const child = start(name, command);
      void child.ended.then((end) => {
        if (stopping === undefined) failure.abort(new ChildDiedError(child, end));
      });
    },
    async once(name, command) {
      const child = start(name, command);
      const end = await child.ended;
      children.delete(child);
      failure.signal.throwIfAborted();
      if (end !== 'exit code 0') throw new ChildDiedError(child, end);
      return child.tail.join('\n');
    },
    stop: () => (stopping ??= stopAll()),
    kill: () => {
      for (const child of children) child.kill();
    },
  };
}

/** Only the owner can read logs, because they may contain data about users. */
function openPrivately(file: string): number {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // An older version may have created the folder and the file with other modes.
  chmodSync(dirname(file), 0o700);
  const fd = openSync(file, 'w', 0o600);
  fchmodSync(fd, 0o600);
  return fd;
}

const PinoLine = z.looseObject({
  level: z.number(),
  msg: z.string().optional(),
  err: z.object({ message: z.string() }).optional(),
});

export interface LogLine {
  /** pino's numbers: 30 info, 40 warn, 50 error. */
  readonly level: number;
  readonly text: string;
}

/** Parses one line of a child's output: JSON with a pino level, or plain text. Plain text on stderr is a warning. */
export function readLogLine(line: string, source: 'stdout' | 'stderr'): LogLine {
  const parsed = PinoLine.safeParse(parseJson(line));
  if (!parsed.success) return { level: source === 'stderr' ? 40 : 30, text: stripVTControlCharacters(line) };
  const { level, msg, err } = parsed.data;
  return { level, text: [msg, err?.message].filter(Boolean).join(': ') };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
