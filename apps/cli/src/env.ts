import { z, type ZodType } from 'zod';

/** An http(s) URL without slashes at its end. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .transform((text) => text.replace(/\/+$/, ''));
export const required = z.string({ error: 'is missing' }).min(1, 'is empty');

/** For whatever changes or reads Permit's environment. */
export const PermitEnvironment = z.object({
  PERMIT_API_URL: httpUrl.default('https://api.permit.io'),
  PERMIT_API_KEY: required,
});

/** Thrown before a command does anything; `message` lists every problem, a line each, without showing values. */
class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly code = 'ENVIRONMENT_INVALID';
}

/** An empty variable counts as absent. @throws {EnvironmentError} */
export function readEnv<Variables>(
  schema: ZodType<Variables>,
  source: Readonly<Record<string, string | undefined>> = process.env,
): Variables {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return `  ${name} ${present[name] === undefined ? 'is missing' : message}`;
  });
  throw new EnvironmentError(`The environment is not complete.\n${problems.join('\n')}`);
}
