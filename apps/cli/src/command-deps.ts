import { cautiousLimits, type PermitClientOptions } from '@latchkey/permissions/permit';
import type { Policy } from '@latchkey/permissions';
import type { EnvironmentSource } from '@latchkey/environment';
import type { Command } from 'commander';
import type { ZodType } from 'zod';
import type { ScopeDrift } from './connect/plan-mcp.ts';
import { PermitEnvironment } from './env.ts';

/** 0: success; 1: an error; 2: there are differences, or the operator must make a decision. */
export type ExitCode = 0 | 1 | 2;

/** A failing command rejects; see `runProgram`. */
export interface CommandDeps {
  /**
   * Call it only when the command runs: `--help` must work without variables.
   * @param given - variables that take precedence over the environment; an empty one counts as absent
   * @throws {EnvironmentError} that lists every missing or invalid variable
   */
  readonly env: <Variables>(schema: ZodType<Variables>, given?: EnvironmentSource) => Variables;
  readonly print: (line: string) => void;
  /** Prints on stderr: progress, warnings, errors in the arguments. */
  readonly warn: (line: string) => void;
  /** Replaces the last line of stderr; an empty text clears it. Absent if stderr is not a terminal. */
  readonly rewrite?: ((text: string) => void) | undefined;
  /** Until it is disposed, Ctrl-C, SIGTERM and SIGHUP only abort this signal, so that a command can finish cleanly. */
  readonly interruption: () => AbortSignal & Disposable;
  readonly color: boolean;
  /** Absent if stdin is not a terminal. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** Hides a secret. Absent if stdin is not a terminal. */
  readonly ask?: ((question: string, isSecret?: boolean) => Promise<string>) | undefined;
  /** For a command that resolves. Default: 0. */
  readonly exitWith: (code: ExitCode) => void;
  /** The module with the policy table, if neither `--table` nor LATCHKEY_TABLE names one. */
  readonly defaultTable?: string | undefined;
  /** Reports a change made in Permit directly to the server of `deps.env`. Absent if the program has no audit log. */
  readonly reportChange?: ((change: PermitChange, deps: CommandDeps) => Promise<void>) | undefined;
  /** Compares the scopes of a table with Logto; see `compareScopes`. Absent if the program does not set up Logto. */
  readonly compareScopes?:
    ((scopes: NonNullable<Policy['scopes']>, deps: CommandDeps) => Promise<ScopeDrift | string>) | undefined;
}

export interface PermitChange {
  readonly action: 'policy.apply' | 'role.assign';
  readonly outcome?: 'done' | 'failed';
  readonly tenant?: string;
  readonly subject?: string;
  readonly after: Readonly<Record<string, number | string>>;
}

export type AddCommand = (program: Command, deps: CommandDeps) => void;

export function permitOptions({ env }: CommandDeps): PermitClientOptions {
  const { PERMIT_API_URL, PERMIT_API_KEY } = env(PermitEnvironment);
  return { apiUrl: PERMIT_API_URL, apiKey: PERMIT_API_KEY, limits: cautiousLimits };
}
