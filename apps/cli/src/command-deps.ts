import type { PermitManagementOptions } from '@latchkey/permissions/permit';
import type { EnvironmentSource } from '@latchkey/environment';
import type { Command } from 'commander';
import type { ZodType } from 'zod';
import { PermitEnvironment } from './env.ts';

/** 0: success, 1: an error, 2: there are differences, or something waits for a decision. */
export type ExitCode = 0 | 1 | 2;

/** What a command uses: environment, output, terminal. A command that fails rejects: see `runProgram`. */
export interface CommandDeps {
  /**
   * Parses the variables that a command needs, when it runs: `--help` needs none.
   * @param given - variables that count more than the environment's; an empty one is absent
   * @throws {EnvironmentError} that lists every variable that is missing or wrong
   */
  readonly env: <Variables>(schema: ZodType<Variables>, given?: EnvironmentSource) => Variables;
  /** Prints a line of the result on stdout. */
  readonly print: (line: string) => void;
  /** Prints a line about the run itself on stderr: progress, warnings, errors in the arguments. */
  readonly warn: (line: string) => void;
  /** Replaces the last line of stderr; an empty text clears it. Absent if stderr is not a terminal. */
  readonly rewrite?: ((text: string) => void) | undefined;
  /** After the first call, the next Ctrl-C or SIGTERM only aborts this signal, so that a command can finish in order. */
  readonly interruption?: (() => AbortSignal) | undefined;
  /** Whether printed lines may have colours. */
  readonly color: boolean;
  /** Asks a yes-or-no question. Absent if stdin is not a terminal. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** Asks for a line of text; what is typed for a secret is not shown. Absent if stdin is not a terminal. */
  readonly ask?: ((question: string, isSecret?: boolean) => Promise<string>) | undefined;
  /** Sets the exit code for a command that resolves. The default is 0. */
  readonly exitWith: (code: ExitCode) => void;
}

/** Adds a command, or several, to the program. */
export type AddCommand = (program: Command, deps: CommandDeps) => void;

/** The address and the key of Permit's API, from the environment. */
export function permitOptions({ env }: CommandDeps): PermitManagementOptions {
  const { PERMIT_API_URL, PERMIT_API_KEY } = env(PermitEnvironment);
  return { apiUrl: PERMIT_API_URL, apiKey: PERMIT_API_KEY };
}
