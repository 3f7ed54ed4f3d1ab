import type { PermitManagementOptions } from '@latchkey/permissions/permit';
import type { Command } from 'commander';
import type { ZodType } from 'zod';
import { PermitEnvironment } from './env.ts';

/** 0: as wished, 1: an error, 2: something differs and waits for a decision. */
type ExitCode = 0 | 1 | 2;

/** What commands need of the world. Commands reject when they fail; `main.ts` says how that looks. */
export interface CommandDeps {
  /**
   * The variables that a command names, parsed when it runs, so that `--help` needs none.
   * @throws {EnvironmentError} naming every variable that is missing or wrong.
   */
  readonly env: <Variables>(schema: ZodType<Variables>) => Variables;
  /** A line of the result, to stdout. */
  readonly print: (line: string) => void;
  /** A line about the run itself (progress, what is wrong with the words of a call), to stderr. */
  readonly warn: (line: string) => void;
  /** Puts a text over the last such line of stderr; absent where that is no terminal. An empty one leaves the line free. */
  readonly rewrite?: ((text: string) => void) | undefined;
  /** From the first call on Ctrl-C only aborts this, once, so that a command can end well. */
  readonly interruption?: (() => AbortSignal) | undefined;
  /** Whether `print`ed lines may carry colours. */
  readonly color: boolean;
  /** Puts a yes-or-no question; absent where nobody is there to answer. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** What the process exits with when the command resolves; 0 unless called. */
  readonly exitWith: (code: ExitCode) => void;
}

/** Adds its command, or commands, to the program. */
export type AddCommand = (program: Command, deps: CommandDeps) => void;

export function permitOptions({ env }: CommandDeps): PermitManagementOptions {
  const { PERMIT_API_URL, PERMIT_API_KEY } = env(PermitEnvironment);
  return { apiUrl: PERMIT_API_URL, apiKey: PERMIT_API_KEY };
}
