import { parseEnvironment, type EnvironmentSource } from '@latchkey/environment';
import { z, type ZodType } from 'zod';

/** An http(s) URL. Slashes at its end are removed. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .transform((text) => text.replace(/\/+$/, ''));
/** A variable that must be set. */
export const required = z.string({ error: 'is missing' }).min(1, 'is empty');

/** For commands that read or change Permit's environment. */
export const PermitEnvironment = z.object({
  PERMIT_API_URL: httpUrl.default('https://api.permit.io'),
  PERMIT_API_KEY: required,
});

/** Reads the variables of a schema. @throws {EnvironmentError} that lists every variable that is missing or wrong */
export function readEnv<Variables>(
  schema: ZodType<Variables>,
  source: EnvironmentSource = process.env,
): Variables {
  return parseEnvironment(
    schema,
    source,
    (problems) => `The environment is not complete.\n${problems.join('\n')}`,
  );
}
