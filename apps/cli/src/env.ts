import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parseEnvironment, type EnvironmentSource } from '@latchkey/environment';
import { secretVariables, withSecretFiles } from '@latchkey/environment/secret-files';
import { z, type ZodType } from 'zod';

export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .transform((text) => text.replace(/\/+$/, ''));
/** The console's address. Sign-in returns to the origin as browsers write it. */
export const httpOrigin = httpUrl
  .refine(
    (text) => /^https?:\/\/[^/?#@]+$/i.test(text),
    'must be an origin such as https://console.example, without a path',
  )
  .transform((text) => new URL(text).origin);
export const required = z.string({ error: 'is missing' }).min(1, 'is empty');

export const PermitEnvironment = z.object({
  PERMIT_API_URL: httpUrl.default('https://api.permit.io'),
  PERMIT_API_KEY: required,
});

/** The server's URL, and the machine-to-machine application that calls it. */
export const ServerEnvironment = z.object({
  LATCHKEY_URL: httpUrl,
  LOGTO_ENDPOINT: httpUrl,
  LOGTO_API_RESOURCE: required,
  LOGTO_M2M_APP_ID: required,
  LOGTO_M2M_APP_SECRET: required,
});
export type ServerEnv = z.output<typeof ServerEnvironment>;

export const EveryVariable = z.record(z.string(), z.string());

/**
 * `given` takes precedence over the environment, and the environment over `.env`. A secret from a file is returned in
 * its own variable, with the path of the file in the `_FILE` variable.
 * @throws {EnvironmentError} that lists every missing or invalid variable
 */
export function readEnv<Variables>(
  schema: ZodType<Variables>,
  given: EnvironmentSource = {},
  source: EnvironmentSource = fromFileAndProcess(),
): Variables {
  const all = { ...source, ...given };
  const files = Object.fromEntries(secretVariables.map((name) => [`${name}_FILE`, all[`${name}_FILE`]]));
  const overlaid = secretVariables.filter((name) => (given[name] ?? '') !== '');
  const unread = Object.fromEntries(overlaid.map((name) => [`${name}_FILE`, undefined]));
  return parseEnvironment(schema, { ...withSecretFiles({ ...all, ...unread }, explain), ...files }, explain);
}

function explain(problems: readonly string[]): string {
  return `Settings are missing or invalid:\n${problems.join('\n')}\nSet them in the environment or in .env of the working directory.`;
}

/** `.env` of the working directory, which `connect` and `init` write, overridden by the environment. */
function fromFileAndProcess(): EnvironmentSource {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
  return { ...file, ...process.env };
}

export const mcpResource = z.union([z.literal('off'), httpUrl]).optional();

/** The address of the MCP server, as in the server's settings. Undefined when it is off or unknown. */
export function mcpResourceOf(env: {
  readonly MCP_RESOURCE?: string | undefined;
  readonly CONSOLE_URL?: string | undefined;
}): string | undefined {
  const { MCP_RESOURCE: resource, CONSOLE_URL: origin } = env;
  if (resource === 'off') return undefined;
  return resource ?? (origin === undefined ? undefined : new URL('/mcp', origin).href);
}

/** The settings that `doctor` checks. If one is missing, its check is skipped. */
export const DoctorEnvironment = z.object({
  PERMIT_API_URL: httpUrl.default('https://api.permit.io'),
  PERMIT_API_KEY: z.string().optional(),
  PERMIT_PDP_URL: httpUrl.optional(),
  LOGTO_ENDPOINT: httpUrl.optional(),
  LOGTO_APP_ID: z.string().optional(),
  LOGTO_TRUSTED_APP_IDS: z.string().optional(),
  LOGTO_API_RESOURCE: z.string().optional(),
  LOGTO_WEBHOOK_SIGNING_KEYS: z.string().optional(),
  LOGTO_M2M_APP_ID: z.string().optional(),
  LOGTO_M2M_APP_SECRET: z.string().optional(),
  LOGTO_MANAGEMENT_RESOURCE: z.url('must be a URL').default('https://default.logto.app/api'),
  LATCHKEY_URL: httpUrl.optional(),
  CONSOLE_URL: httpOrigin.optional(),
  MCP_RESOURCE: mcpResource,
});

export type DoctorEnv = z.output<typeof DoctorEnvironment>;
