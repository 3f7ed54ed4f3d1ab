import type { ZodType } from 'zod';
import { developmentValuesInUse, type EnvironmentSource } from './development-values.ts';

/** `message` lists every missing or invalid variable, one per line, without the values. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly code = 'ENVIRONMENT_INVALID';
}

/**
 * Parses environment variables with a zod schema. An empty variable counts as absent. Refuses development values
 * together with a live address, whether or not the schema has their variables.
 *
 * @param source - `process.env`, which only an app's `env.ts` reads, or a test's own record
 * @param explain - creates the error's message from the problems; each problem is one line, indented by two spaces
 * @throws {EnvironmentError} that lists all problems
 */
export function parseEnvironment<Variables>(
  schema: ZodType<Variables>,
  source: EnvironmentSource,
  explain: (problems: readonly string[]) => string,
): Variables {
  const present = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(present);
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path, message, code }) => {
      const name = path.join('.');
      const isMissing = code === 'invalid_type' && !(name in present);
      return `${name} ${isMissing ? 'is missing' : message.replace(/^Invalid input: /, '')}`;
    }),
    ...developmentValuesInUse(present),
  ];
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new EnvironmentError(explain(problems.map((problem) => `  ${problem}`)));
}
