import { cautiousLimits, type PermitClientOptions } from '@latchkey/permissions/permit';
import type { EnvironmentSource } from '@latchkey/environment';
import type { Command } from 'commander';
import type { ZodType } from 'zod';
import { PermitEnvironment } from './env.ts';

/** 0: success; 1: an error; 2: there are differences, or the operator must make a decision. */
export type ExitCode = 0 | 1 | 2;

/** What a command uses: the environment, the output and the terminal. A failing command rejects; see `runProgram`. */
export interface CommandDeps {
  /**
   * Parses the environment variables of a command. Call it only when the command runs: `--help` must work without them.
   * @param given - variables that take precedence over the environment; an empty one counts as absent
   * @throws {EnvironmentError} that lists every missing or invalid variable
   */
  readonly env: <Variables>(schema: ZodType<Variables>, given?: EnvironmentSource) => Variables;
  /** Prints a line of output on stdout. */
  readonly print: (line: string) => void;
  /** Prints a line about the run itself on stderr: progress, warnings, errors in the arguments. */
  readonly warn: (line: string) => void;
  /** Replaces the last line of stderr; an empty text clears it. Absent if stderr is not a terminal. */
  readonly rewrite?: ((text: string) => void) | undefined;
  /**
   * Returns a signal. After the first call, the next Ctrl-C, SIGTERM or SIGHUP only aborts it, so that a command can
   * finish cleanly.
   */
  readonly interruption?: (() => AbortSignal) | undefined;
  /** Whether output may be colored. */
  readonly color: boolean;
  /** Asks a yes-or-no question. Absent if stdin is not a terminal. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** Asks for a line of text. Hides the input if it is a secret. Absent if stdin is not a terminal. */
  readonly ask?: ((question: string, isSecret?: boolean) => Promise<string>) | undefined;
  /** Sets the exit code for a command that resolves. The default is 0. */
  readonly exitWith: (code: ExitCode) => void;
  /** The module with the policy table, if neither `--table` nor LATCHKEY_TABLE names one. */
  readonly defaultTable?: string | undefined;
  /**
   * Reports a change to the audit log if the command made it in Permit directly. Absent if the program has no audit
   * log.
   */
  readonly reportChange?: ((change: PermitChange) => Promise<void>) | undefined;
}

/** A change that a command made in Permit directly. */
export interface PermitChange {
  readonly action: 'policy.apply' | 'role.assign';
  readonly outcome?: 'done' | 'failed';
  readonly tenant?: string;
  readonly subject?: string;
  readonly after: Readonly<Record<string, number | string>>;
}

/** Adds one or more commands to the program. */
export type AddCommand = (program: Command, deps: CommandDeps) => void;

/** The URL and key of Permit's API from the environment, and the rate limits of commands. */
export function permitOptions({ env }: CommandDeps): PermitClientOptions {
  const { PERMIT_API_URL, PERMIT_API_KEY } = env(PermitEnvironment);
  return { apiUrl: PERMIT_API_URL, apiKey: PERMIT_API_KEY, limits: cautiousLimits };
}
