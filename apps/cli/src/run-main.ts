import { Writable } from 'node:stream';
import { createInterface } from 'node:readline/promises';
import { CommanderError } from 'commander';
import { readEnv } from './env.ts';
import type { CommandDeps } from './command-deps.ts';
import { runProgram, type Program } from './program.ts';

const { stdin, stdout, stderr } = process;

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: stdin, output: stderr });
  const answer = await terminal.question(`${question} (y/N) `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function ask(question: string, isSecret = false): Promise<string> {
  // readline echoes input to its output, so a secret is echoed to a sink.
  const output = isSecret ? new Writable({ write: (_chunk, _encoding, done) => done() }) : stderr;
  const terminal = createInterface({ input: stdin, output, terminal: true });
  if (isSecret) stderr.write(question);
  try {
    return (await terminal.question(isSecret ? '' : question)).trim();
  } finally {
    terminal.close();
    if (isSecret) stderr.write('\n');
  }
}

function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
  return interrupted.signal;
}

const deps: CommandDeps = {
  env: (schema, given) => readEnv(schema, given),
  print: (line) => stdout.write(`${line}\n`),
  warn: (line) => stderr.write(`${line}\n`),
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

/** Runs a program with the arguments, the environment and the terminal of this process. */
export async function runMain(program: Program): Promise<void> {
  // The reader of the output may close it early, like `| head`.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  try {
    await runProgram(program, process.argv.slice(2), deps);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else {
      stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  }
}
