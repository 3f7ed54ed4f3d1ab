import { parseEnvironment, type EnvironmentSource } from '@latchkey/environment';
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

/** An empty variable counts as absent. @throws {EnvironmentError} */
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
