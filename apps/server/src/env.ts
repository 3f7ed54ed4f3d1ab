import { z } from 'zod';

const url = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .transform((text) => text.replace(/\/+$/, ''));
const required = z.string({ error: 'is missing' }).min(1, 'is empty');

const Environment = z.object({
  PORT: z.coerce.number({ error: 'must be a port' }).int().min(0).max(65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Where embedded PostgreSQL keeps its data; unused when DATABASE_URL is set. */
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }).optional(),
  /** A folder with the built web app; served by this server when set. */
  WEB_DIST: z.string().optional(),
  /** `https://<tenant>.logto.app`, or where a self-hosted Logto answers. */
  LOGTO_ENDPOINT: url,
  /** The id of the single-page application in Logto. */
  LOGTO_APP_ID: required,
  /** The indicator of this server's API resource in Logto: the audience of its access tokens. */
  LOGTO_API_RESOURCE: z.url('must be a URL: the indicator of the API resource'),
  /** One signing key per webhook, comma-separated; several while a key is being rotated. */
  LOGTO_WEBHOOK_SIGNING_KEYS: required
    .transform((text) => text.split(',').map((key) => key.trim()))
    .refine((keys) => keys.every((key) => key.length >= 16), 'each signing key has at least 16 characters'),
  PERMIT_API_URL: url.default('https://api.permit.io'),
  PERMIT_PDP_URL: url,
  PERMIT_API_KEY: required.startsWith('permit_key_', 'must start with "permit_key_"'),
});

export type Env = z.output<typeof Environment>;

/** Thrown before anything is started; `message` lists every problem, a line each, without showing values. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly code = 'ENVIRONMENT_INVALID';
}

/** @throws {EnvironmentError} */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): Env {
  const present = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = Environment.safeParse(present);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    const missing = !(name in present);
    return `  ${name} ${missing ? 'is missing' : message.replace(/^Invalid input: /, '')}`;
  });
  throw new EnvironmentError(
    `The server cannot start: ${problems.length} environment ${problems.length === 1 ? 'variable needs' : 'variables need'} attention.\n${problems.join('\n')}\nSee .env.example for working values.`,
  );
}
