import { join } from 'node:path';
import { openEmbeddedPostgres, findPostmaster } from '@latchkey/embedded-postgres';
import { type Child, startChild } from './child.ts';
import { readLogLine } from './log-line.ts';
import type { Report } from './report.ts';
import { root, type Settings } from './settings.ts';

/** A child ended although nobody asked it to. */
export class ChildDiedError extends Error {
  override readonly name = 'ChildDiedError';
  constructor({ name, tail }: Child, how: string, logFile: string) {
    const last = tail.length === 0 ? 'It said nothing.' : tail.map((line) => `    ${line}`).join('\n');
    super(`${name} ended by itself (${how}). Its last lines:\n\n${last}\n\n  All of them: ${logFile}`);
  }
}

export interface Supervisor {
  /** A long-running child; its end ends everything. `onLine` meets what it says on stdout. */
  run(name: string, command: Command): void;
  /** A child that does one thing. @returns what it printed. @throws {@link ChildDiedError} when it fails. */
  once(name: string, command: Command): Promise<string>;
  /** Aborted with a {@link ChildDiedError} when a long-running child ends. */
  readonly signal: AbortSignal;
  stop(): Promise<void>;
  /** While `stop` waits for the children to end by themselves: does not let it wait. */
  kill(): void;
}

export interface SupervisorOptions {
  readonly settings: Settings;
  readonly report: Report;
  /** Whether to print all that the children say, or warnings and errors only. */
  readonly verbose: boolean;
}

interface Command {
  /** Arguments of this Node. */
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly onLine?: (line: string) => void;
}

function ignore(): void {}

/** Starts and stops the children. They are stopped in the reverse order of their start, the server before what it uses. */
export function createSupervisor({ settings, report, verbose }: SupervisorOptions): Supervisor {
  const { dataDir, environment } = settings;
  const failure = new AbortController();
  const children: Child[] = [];
  let stopping: Promise<void> | undefined;
  const logFileOf = (name: string): string => join(dataDir, 'logs', `${name}.log`);
  const threshold = verbose ? 0 : 40;

  const start = (name: string, { args, cwd = root, onLine }: Command): Child =>
    startChild({
      name,
      args,
      cwd,
      environment: { ...process.env, ...environment },
      logFile: logFileOf(name),
      onLine: (line, source) => {
        if (source === 'stdout') onLine?.(line);
        const { level, text } = readLogLine(line, source);
        if (level >= threshold && text !== '') report.said(name, text);
      },
    });

  const stopAll = async (): Promise<void> => {
    let killed = false;
    for (const child of children.toReversed()) {
      await child.stop();
      killed ||= child.killed;
    }
    // A server that had to be killed could not end its PostgreSQL; whoever opens it last and leaves, ends it.
    if (killed && findPostmaster(join(dataDir, 'postgres', 'data')) !== undefined) {
      await (await openEmbeddedPostgres({ dataDir, log: { info: ignore, warn: ignore } })).stop();
    }
  };

  return {
    signal: failure.signal,
    run(name, command) {
      const child = start(name, command);
      children.push(child);
      void child.ended.then((how) => {
        if (stopping === undefined) failure.abort(new ChildDiedError(child, how, logFileOf(name)));
      });
    },
    async once(name, command) {
      const child = start(name, command);
      children.push(child);
      const how = await child.ended;
      children.splice(children.indexOf(child), 1);
      failure.signal.throwIfAborted();
      if (how !== 'exit code 0') throw new ChildDiedError(child, how, logFileOf(name));
      return child.tail.join('\n');
    },
    stop: () => (stopping ??= stopAll()),
    kill: () => {
      for (const child of children) child.kill();
    },
  };
}
