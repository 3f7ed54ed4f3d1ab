import { once } from 'node:events';
import { Writable } from 'node:stream';
import { createInterface, type Interface } from 'node:readline/promises';
import { CommanderError } from 'commander';
import { ActionableError, messageOf } from './actionable-error.ts';
import { readEnv } from './env.ts';
import type { CommandDeps } from './command-deps.ts';
import { runProgram, type Program } from './program.ts';

const { stdin, stdout, stderr } = process;

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: stdin, output: stderr });
  return /^y(es)?$/i.test(await answerTo(`${question} (y/N) `, terminal));
}

async function ask(question: string, isSecret = false): Promise<string> {
  // readline echoes input to its output. For a secret, that output discards it.
  const output = isSecret ? new Writable({ write: (_chunk, _encoding, done) => done() }) : stderr;
  const terminal = createInterface({ input: stdin, output, terminal: true });
  if (isSecret) stderr.write(question);
  try {
    return await answerTo(isSecret ? '' : question, terminal);
  } finally {
    if (isSecret) stderr.write('\n');
  }
}

/** Asks a question, then closes the terminal. @throws {ActionableError} `NOT_ANSWERED` after Ctrl-C or Ctrl-D */
async function answerTo(question: string, terminal: Interface): Promise<string> {
  // When the terminal closes, `question` may never settle.
  const closed = once(terminal, 'close').then(() => undefined);
  const answer = await Promise.race([terminal.question(question).catch(() => undefined), closed]);
  terminal.close();
  if (answer !== undefined) return answer.trim();
  stderr.write('\n');
  throw new ActionableError('NOT_ANSWERED', {
    says: 'The question was not answered, so nothing more was changed.',
    fix: 'Run the command again to continue.',
  });
}

/** Handles Ctrl-C outside an {@link interruption}. */
function onInterrupt(): void {
  stderr.write('\nStopped. Any changes made so far stay; run the command again to continue.\n');
  // `once` has removed the listener, so the signal ends the process, and the shell sees why.
  process.kill(process.pid, 'SIGINT');
  // In a container, the command can be process 1, which that signal does not end.
  setImmediate(() => process.exit(130));
}

function interruption(): AbortSignal & Disposable {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  process.off('SIGINT', onInterrupt);
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, abort);
  // A closing terminal sends SIGHUP, and its shell may send it again.
  process.on('SIGHUP', abort);
  return Object.assign(controller.signal, {
    [Symbol.dispose]() {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, abort);
      process.once('SIGINT', onInterrupt);
    },
  });
}

/** Removes control characters, except line breaks, tabs and colors: names in Permit and Logto may have any. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the escape sequences of colors
  return text.replaceAll(/(?![\n\t]|\u001B\[[\d;]*m)\p{Cc}/gu, '');
}

const deps: CommandDeps = {
  env: (schema, given) => readEnv(schema, given),
  print: (line) => stdout.write(`${printable(line)}\n`),
  warn: (line) => stderr.write(`${printable(line)}\n`),
  rewrite: stderr.isTTY
    ? (text) => stderr.write(`\r\u001B[2K${text.slice(0, stderr.columns - 1)}`)
    : undefined,
  interruption,
  color: stdout.isTTY && stdout.hasColors(),
  confirm: stdin.isTTY ? confirm : undefined,
  ask: stdin.isTTY ? ask : undefined,
  exitWith: (code) => {
    process.exitCode = code;
  },
};

export async function runMain(program: Program): Promise<void> {
  process.once('SIGINT', onInterrupt);
  // The reader may close the output early, like `| head`.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  try {
    await runProgram(program, process.argv.slice(2), deps);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else {
      deps.warn(messageOf(error));
      process.exitCode = 1;
    }
  }
}
