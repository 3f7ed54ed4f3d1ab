import { join } from 'node:path';
import { openEmbeddedPostgres, findPostmaster } from '@latchkey/embedded-postgres';
import { type Child, startChild } from './child.ts';
import { readLogLine } from './log-line.ts';
import type { Report } from './report.ts';
import { root, type Settings } from './settings.ts';

/** A child exited by itself. */
export class ChildDiedError extends Error {
  override readonly name = 'ChildDiedError';
  constructor({ name, tail }: Child, end: string, logFile: string) {
    const last = tail.length === 0 ? 'It said nothing.' : tail.map((line) => `    ${line}`).join('\n');
    super(`${name} ended by itself (${end}). Its last lines:\n\n${last}\n\n  All of them: ${logFile}`);
  }
}

export interface Supervisor {
  /** Starts a long-running child. If it exits, everything else is stopped. `onLine` receives each line of its stdout. */
  run(name: string, command: Command): void;
  /** Runs a child to completion. @returns its last lines. @throws {@link ChildDiedError} when it fails. */
  once(name: string, command: Command): Promise<string>;
  /** Aborted with a {@link ChildDiedError} when a long-running child exits by itself. */
  readonly signal: AbortSignal;
  stop(): Promise<void>;
  /** Kills the children that `stop` is still waiting for. */
  kill(): void;
}

export interface SupervisorOptions {
  /** Called with each child when it starts. */
  readonly onChild: (child: { readonly name: string; readonly pid: number }) => void;
  readonly settings: Settings;
  readonly report: Report;
  /** Whether to print all output of the children, or only warnings and errors. */
  readonly verbose: boolean;
}

interface Command {
  /** Arguments for the Node that runs this script. */
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to the settings' variables; an empty one counts as absent. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

function ignore(): void {}

/** Starts and stops the children. They stop in reverse order. */
export function createSupervisor({ settings, report, verbose, onChild }: SupervisorOptions): Supervisor {
  const { dataDir, environment } = settings;
  const failure = new AbortController();
  const children: Child[] = [];
  let stopping: Promise<void> | undefined;
  const logFileOf = (name: string): string => join(dataDir, 'logs', `${name}.log`);
  const threshold = verbose ? 0 : 40;

  const start = (name: string, { args, cwd = root, environment: own, onLine }: Command): Child => {
    const child = startChild({
      name,
      args,
      cwd,
      // Node caches compiled code for the next start.
      environment: { NODE_COMPILE_CACHE: join(dataDir, 'compiled'), ...process.env, ...environment, ...own },
      logFile: logFileOf(name),
      onLine: (line, source) => {
        if (source === 'stdout') onLine?.(line);
        const { level, text } = readLogLine(line, source);
        if (level >= threshold && text !== '') report.childLine(name, text);
      },
    });
    if (child.pid !== undefined) onChild({ name, pid: child.pid });
    return child;
  };

  const stopAll = async (): Promise<void> => {
    for (const child of children.toReversed()) await child.stop();
    await stopPostgres(dataDir);
  };

  return {
    signal: failure.signal,
    run(name, command) {
      const child = start(name, command);
      children.push(child);
      void child.ended.then((end) => {
        if (stopping === undefined) failure.abort(new ChildDiedError(child, end, logFileOf(name)));
      });
    },
    async once(name, command) {
      const child = start(name, command);
      children.push(child);
      const end = await child.ended;
      children.splice(children.indexOf(child), 1);
      failure.signal.throwIfAborted();
      if (end !== 'exit code 0') throw new ChildDiedError(child, end, logFileOf(name));
      return child.tail.join('\n');
    },
    stop: () => (stopping ??= stopAll()),
    kill: () => {
      for (const child of children) child.kill();
    },
  };
}

/** A killed server could not stop its PostgreSQL. One that another process uses keeps running. */
async function stopPostgres(dataDir: string): Promise<void> {
  if (findPostmaster(join(dataDir, 'postgres', 'data')) === undefined) return;
  const postgres = await openEmbeddedPostgres({ dataDir, log: { info: ignore, warn: ignore } });
  await postgres.stop();
}
