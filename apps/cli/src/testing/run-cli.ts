import { createProgram } from '../program.ts';
import { readEnv } from '../env.ts';

export interface CliResult {
  readonly code: number;
  /** Lines for stdout. */
  readonly printed: readonly string[];
  /** Lines for stderr. */
  readonly warned: readonly string[];
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly color?: boolean;
  readonly confirm?: (question: string) => Promise<boolean>;
  /** As Ctrl-C. */
  readonly interruption?: AbortSignal;
  /** Where lines for stderr go, for a command that rejects. */
  readonly warned?: string[];
}

/** Calls the CLI as a terminal would, without one. Rejects with what the command rejects with. */
export async function runCli(
  words: readonly string[],
  { env = {}, color = false, confirm, interruption, warned = [] }: CliOptions = {},
): Promise<CliResult> {
  const printed: string[] = [];
  let code = 0;
  await createProgram({
    env: (schema) => readEnv(schema, env),
    print: (line) => printed.push(line),
    warn: (line) => warned.push(line),
    color,
    confirm,
    interruption: interruption && (() => interruption),
    exitWith: (wanted) => {
      code = wanted;
    },
  }).parseAsync(words, { from: 'user' });
  return { code, printed, warned };
}
