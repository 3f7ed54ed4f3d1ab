import { parseEnvironment } from '@latchkey/environment';
import { z } from 'zod';

const address = z.url({ protocol: /^https?$/, error: 'must be a URL that starts with http:// or https://' });
const text = z.string();

const Variables = z.object({
  BASE_URL: address.transform((url) => new URL(url).href.replace(/\/+$/, '')),
  COOKIE_SECRET: z.string().min(32, 'must have at least 32 characters'),
  LOGTO_ENDPOINT: address,
  LOGTO_APP_ID: text,
  LOGTO_APP_SECRET: text,
  LOGTO_WEBHOOK_SIGNING_KEY: text,
  LOGTO_M2M_APP_ID: text,
  LOGTO_M2M_APP_SECRET: text,
  PERMIT_API_KEY: text,
  PERMIT_API_URL: address.default('https://api.permit.io'),
  PERMIT_PDP_URL: address.default('https://cloudpdp.api.permit.io'),
});

export type Env = z.output<typeof Variables>;

/** @throws {EnvironmentError} naming every missing or invalid variable, without the values */
export function readEnv(): Env {
  return parseEnvironment(Variables, process.env, (problems) =>
    [
      'Latchkey cannot start. Fix these environment variables:',
      ...problems,
      'Set them in .env.local, or in the environment of the process.',
    ].join('\n'),
  );
}
