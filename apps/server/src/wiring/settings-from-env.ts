import { join } from 'node:path';
import { cautiousLimits, type Limits, type LogtoManagementOptions } from '@latchkey/directory-sync';
import type { Env } from '../env.ts';
import type { StreamSettings } from '../features/audit/open-streams.ts';
import type { NoticeSettings } from '../features/notices/open-notices.ts';
import type { ServiceSettings } from './service-settings.ts';

export function settingsFromEnv(
  env: Env,
): Omit<ServiceSettings, 'databaseUrl' | 'observer' | 'tracing' | 'stop' | 'log'> {
  const issuer = `${env.LOGTO_ENDPOINT}/oidc`;
  return {
    permit: {
      apiUrl: env.PERMIT_API_URL,
      pdpUrl: env.PERMIT_PDP_URL,
      apiKey: env.PERMIT_API_KEY,
    },
    tokens: {
      issuer,
      audience: env.LOGTO_API_RESOURCE,
      delegated: mcpResourceOf(env),
      jwksUrl: `${issuer}/jwks`,
      clients: [env.LOGTO_APP_ID, ...(env.LOGTO_TRUSTED_APP_IDS ?? [])],
      refusedKeys: env.LOGTO_REFUSED_KEYS,
    },
    sync: {
      logto: logtoManagementOf(env),
      limits: permitLimitsOf(env),
      sweepMinutes: env.SYNC_SWEEP_MINUTES,
      signingKeys: env.LOGTO_WEBHOOK_SIGNING_KEYS,
    },
    consoleUrl: env.CONSOLE_URL,
    vendorConsoles: { logto: env.LOGTO_CONSOLE_URL, permit: env.PERMIT_CONSOLE_URL },
    audit: {
      retentionDays: env.AUDIT_RETENTION_DAYS,
      spillFolder: join(env.DATA_DIR, 'audit'),
      explanationsPerMinute: env.AUDIT_EXPLANATIONS_PER_MINUTE,
      stream: streamSettingsOf(env),
    },
    notices: noticeSettingsOf(env),
  };
}

/** `undefined` without a machine-to-machine app (payload mode). */
function logtoManagementOf(env: Env): LogtoManagementOptions | undefined {
  const { LOGTO_ENDPOINT, LOGTO_M2M_APP_ID, LOGTO_M2M_APP_SECRET, LOGTO_MANAGEMENT_RESOURCE } = env;
  if (LOGTO_M2M_APP_ID === undefined || LOGTO_M2M_APP_SECRET === undefined) return undefined;
  return {
    endpoint: LOGTO_ENDPOINT,
    appId: LOGTO_M2M_APP_ID,
    appSecret: LOGTO_M2M_APP_SECRET,
    resource: LOGTO_MANAGEMENT_RESOURCE,
  };
}

/** The Permit rate limits, per minute and for all replicas together. */
function permitLimitsOf({ PERMIT_WRITES_PER_MINUTE, PERMIT_DELETES_PER_MINUTE }: Env): Limits {
  return { ...cautiousLimits, write: PERMIT_WRITES_PER_MINUTE, delete: PERMIT_DELETES_PER_MINUTE };
}

function streamSettingsOf(env: Env): StreamSettings {
  const { AUDIT_STREAM_FILE: file, AUDIT_STREAM_URL: url, AUDIT_STREAM_SECRET: secret } = env;
  return { file, http: url === undefined || secret === undefined ? undefined : { url, secret } };
}

function noticeSettingsOf(env: Env): NoticeSettings {
  const { REQUESTS_WEBHOOK_URL, REQUESTS_WEBHOOK_SECRET, SMTP_URL, SMTP_FROM } = env;
  return {
    webhook:
      REQUESTS_WEBHOOK_URL === undefined || REQUESTS_WEBHOOK_SECRET === undefined
        ? undefined
        : { url: REQUESTS_WEBHOOK_URL, secret: REQUESTS_WEBHOOK_SECRET },
    email: SMTP_URL === undefined || SMTP_FROM === undefined ? undefined : { url: SMTP_URL, from: SMTP_FROM },
  };
}

/** @returns `undefined` when the MCP server is off */
function mcpResourceOf({ MCP_RESOURCE, CONSOLE_URL }: Env): string | undefined {
  if (MCP_RESOURCE === 'off') return undefined;
  return MCP_RESOURCE ?? (CONSOLE_URL && new URL('/mcp', CONSOLE_URL).href);
}
