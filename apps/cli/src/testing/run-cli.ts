import { operator } from '../operator-program.ts';
import { runProgram, type Program } from '../program.ts';
import { readEnv } from '../env.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

export interface CliResult {
  readonly code: number;
  /** Lines on stdout. */
  readonly printed: readonly string[];
  /** Lines on stderr. */
  readonly warned: readonly string[];
}

export interface CliOptions {
  /** Default: the operator's program, which has every command. */
  readonly program?: Program;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly color?: boolean;
  readonly confirm?: (question: string) => Promise<boolean>;
  readonly ask?: (question: string, isSecret?: boolean) => Promise<string>;
  /** Whether stderr is a terminal. */
  readonly isTerminal?: boolean;
  /** Simulates Ctrl-C. */
  readonly interruption?: AbortSignal;
  /** Receives the lines on stderr. For rejected commands, which have no result. */
  readonly warned?: string[];
}

/** Calls the CLI in this process. Rejects with the command's error. */
export async function runCli(
  args: readonly string[],
  {
    program = operator,
    env = {},
    color = false,
    isTerminal = false,
    confirm,
    ask,
    interruption,
    warned = [],
  }: CliOptions = {},
): Promise<CliResult> {
  const printed: string[] = [];
  let code = 0;
  await runProgram(program, args, {
    env: (schema, given) => readEnv(schema, given, env),
    print: (line) => printed.push(line),
    warn: (line) => warned.push(line),
    rewrite: isTerminal ? () => {} : undefined,
    color,
    confirm,
    ask,
    interruption: () =>
      Object.assign(interruption ?? new AbortController().signal, { [Symbol.dispose]() {} }),
    exitWith: (wanted) => {
      code = wanted;
    },
  });
  return { code, printed, warned };
}

/** A new folder for each test. @returns a function for the path of a file in it, or of the folder itself */
export function useFolder(): (file?: string) => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-cli-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return (file = '.') => join(folder, file);
}
