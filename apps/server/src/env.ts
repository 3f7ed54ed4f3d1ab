import { isIP } from 'node:net';
import { parseEnvironment, type EnvironmentSource } from '@latchkey/environment';
import { withSecretFiles } from '@latchkey/environment/secret-files';
import { z } from 'zod';

const url = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .transform((text) => text.replace(/\/+$/, ''));
const required = z.string({ error: 'is missing' }).min(1, 'is empty');

/** `<minutes back>,<minutes ahead>`, or `off`. */
const freshness = z
  .string()
  .default('10,2')
  .refine(
    (text) => text === 'off' || /^\d+,\d+$/.test(text),
    'must be "off" or minutes back and ahead, as in "10,2"',
  )
  .transform((text) => {
    if (text === 'off') return undefined;
    const [past = 0, future = 0] = text.split(',').map((minutes) => Number(minutes) * 60_000);
    return { past, future };
  });

const ids = z.string().transform((text) =>
  text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== ''),
);

/** Proxies in Express's format. Never all proxies, because then every client could claim any address. */
const proxies = z
  .string()
  .default('off')
  .transform((text) => (text === 'off' ? undefined : text.split(',').map((part) => part.trim())))
  .refine(
    (parts) => parts === undefined || isCount(parts) || parts.every(isNetwork),
    'must be "off", how many proxies there are ("1"), or their addresses and networks ("loopback, 10.0.0.0/8")',
  )
  .transform((parts) => (parts !== undefined && isCount(parts) ? Number(parts[0]) : parts));

function isCount(parts: readonly string[]): boolean {
  return parts.length === 1 && /^[1-9]\d?$/.test(parts[0] ?? '');
}

function isNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  if (bits === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^[1-9]\d*$/.test(prefix) && Number(prefix) <= bits);
}

const webhookSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be "whsec_" and at least 24 bytes in base64');

const Environment = z
  .object({
    PORT: z.coerce.number({ error: 'must be a port' }).int().min(0).max(65_535).default(3000),
    HOST: z.string().default('127.0.0.1'),
    /** A separate port for `/metrics`, because metrics are not public. If unset, there are none. */
    METRICS_PORT: z.coerce.number({ error: 'must be a port' }).int().min(0).max(65_535).optional(),
    METRICS_HOST: z.string().default('127.0.0.1'),
    /** The OTLP/HTTP endpoint for spans and metrics. If unset, none are sent. */
    OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
    OTEL_SERVICE_NAME: z.string().default('latchkey'),
    /** The sampling ratio of traces without a sampling decision from the caller, 0 to 1. */
    OTEL_TRACES_SAMPLER_ARG: z.coerce
      .number({ error: 'must be a number from 0 to 1' })
      .min(0)
      .max(1)
      .default(1),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    /** The folder for embedded PostgreSQL, compiled code, and audit events during a PostgreSQL outage. */
    DATA_DIR: z.string().default('.data'),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }).optional(),
    /** A folder with the built web app, which this server serves when set. */
    WEB_DIST: z.string().optional(),
    /** `https://<tenant>.logto.app`, or the URL of a self-hosted Logto. */
    LOGTO_ENDPOINT: url,
    LOGTO_APP_ID: required,
    /** Other Logto applications whose tokens may act with the rights of users who signed in there. */
    LOGTO_TRUSTED_APP_IDS: ids.optional(),
    /** The ids (`kid`) of Logto's leaked keys. Their tokens are refused, also while Logto still publishes the key. */
    LOGTO_REFUSED_KEYS: ids.optional(),
    /** The indicator of this server's API resource in Logto: the audience of its access tokens. */
    LOGTO_API_RESOURCE: z.url('must be a URL: the indicator of the API resource'),
    /**
     * The address of the MCP server, which is the indicator of its own API resource in Logto. Default: `/mcp` of
     * `CONSOLE_URL`; `off` for none.
     */
    MCP_RESOURCE: z.union([z.literal('off'), url]).optional(),
    /** One signing key per webhook, comma-separated; several during key rotation. */
    LOGTO_WEBHOOK_SIGNING_KEYS: required
      .transform((text) => text.split(',').map((key) => key.trim()))
      .refine((keys) => keys.every((key) => key.length >= 16), 'each signing key has at least 16 characters'),
    /** The accepted age of a delivery; `off` to accept recorded deliveries. */
    LOGTO_WEBHOOK_FRESHNESS: freshness,
    /** A machine-to-machine app with "Logto Management API access". Without it, sync runs in payload mode. */
    LOGTO_M2M_APP_ID: z.string().optional(),
    LOGTO_M2M_APP_SECRET: z.string().optional(),
    /** `https://<tenant>.logto.app/api` on Logto Cloud. */
    LOGTO_MANAGEMENT_RESOURCE: z.url().default('https://default.logto.app/api'),
    /** Minutes between sweeps; 0 for none. */
    SYNC_SWEEP_MINUTES: z.coerce.number({ error: 'must be minutes' }).int().min(0).max(10_080).default(60),
    /** Maximum number of Permit API calls per minute by sync, for all replicas together. */
    PERMIT_WRITES_PER_MINUTE: z.coerce.number({ error: 'must be a number' }).positive().default(300),
    PERMIT_DELETES_PER_MINUTE: z.coerce.number({ error: 'must be a number' }).positive().default(60),
    /** The proxies in front of the server, trusted for the client's address and for HTTPS. */
    TRUST_PROXY: proxies,
    CONSOLE_URL: url.optional(),
    LOGTO_CONSOLE_URL: url.optional(),
    PERMIT_CONSOLE_URL: url.optional(),
    AUDIT_RETENTION_DAYS: z.coerce.number({ error: 'must be days' }).int().min(1).max(3_660).default(365),
    /** Maximum number of decisions explained per minute and replica; each takes about seven Permit API calls. */
    AUDIT_EXPLANATIONS_PER_MINUTE: z.coerce
      .number({ error: 'must be a number' })
      .int()
      .min(0)
      .max(120)
      .default(20),
    /** Also streams every audit event to a file as JSON lines, or signed to an HTTP endpoint. */
    AUDIT_STREAM_FILE: z.string().min(1).optional(),
    AUDIT_STREAM_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
    AUDIT_STREAM_SECRET: webhookSecret.optional(),
    /**
     * Receives notices of access requests, roles that end soon, and reviews, signed according to Standard Webhooks;
     * compatible with Slack's webhooks.
     */
    REQUESTS_WEBHOOK_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
    REQUESTS_WEBHOOK_SECRET: webhookSecret.optional(),
    /** A mail server for the same notices. */
    SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp(s) URL' }).optional(),
    /** The sender: `Latchkey <latchkey@example.com>`. */
    SMTP_FROM: z.string().regex(/@/, 'must be a mail address').optional(),
    PERMIT_API_URL: url.default('https://api.permit.io'),
    PERMIT_PDP_URL: url,
    PERMIT_API_KEY: required.startsWith('permit_key_', 'must start with "permit_key_"'),
  })
  .refine(
    ({ LOGTO_M2M_APP_ID: id, LOGTO_M2M_APP_SECRET: secret }) => (id === undefined) === (secret === undefined),
    { path: ['LOGTO_M2M_APP_SECRET'], error: 'goes with LOGTO_M2M_APP_ID: set both or neither' },
  )
  .refine((env) => (env.AUDIT_STREAM_URL === undefined) === (env.AUDIT_STREAM_SECRET === undefined), {
    path: ['AUDIT_STREAM_SECRET'],
    error: 'goes with AUDIT_STREAM_URL: set both or neither',
  })
  .refine((env) => (env.REQUESTS_WEBHOOK_URL === undefined) === (env.REQUESTS_WEBHOOK_SECRET === undefined), {
    path: ['REQUESTS_WEBHOOK_SECRET'],
    error: 'goes with REQUESTS_WEBHOOK_URL: set both or neither',
  })
  .refine(({ SMTP_URL, SMTP_FROM }) => (SMTP_URL === undefined) === (SMTP_FROM === undefined), {
    path: ['SMTP_FROM'],
    error: 'goes with SMTP_URL: set both or neither',
  });

export type Env = z.output<typeof Environment>;

/** Variables of earlier versions that constants have replaced: see "Constants" in docs/guide/options.md. */
const removed = [
  'AUDIT_SPILL_DIR',
  'DECISIONS',
  'RATE_LIMIT_CALLS',
  'RATE_LIMIT_CHANGES',
  'RATE_LIMIT_DELIVERIES',
  'RATE_LIMIT_EXPORTS',
  'RATE_LIMIT_STRANGERS',
  'REQUESTS_WEBHOOK_KINDS',
  'TRPC_ADAPTER',
];

export function removedVariablesIn(source: EnvironmentSource = process.env): string[] {
  return removed.filter((name) => (source[name] ?? '') !== '');
}

/** @throws {EnvironmentError} */
export function readEnv(source: EnvironmentSource = process.env): Env {
  return parseEnvironment(Environment, withSecretFiles(source, explain), explain);
}

function explain(problems: readonly string[]): string {
  return `The server cannot start: ${problems.length} environment ${problems.length === 1 ? 'variable needs' : 'variables need'} attention.\n${problems.join('\n')}\nSee .env.example for working values.`;
}
