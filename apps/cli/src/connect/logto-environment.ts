import {
  unconfirmedDevelopmentValues,
  withoutUnconfirmedDevelopmentValues,
  type EnvironmentSource,
} from '@latchkey/environment';
import { z } from 'zod';
import { settingMissing } from '../actionable-error.ts';
import type { CommandDeps } from '../command-deps.ts';
import { httpOrigin, httpUrl, mcpResource } from '../env.ts';
import { createManagement, type Management } from './management.ts';

const LogtoEnvironment = z.object({
  LOGTO_ENDPOINT: httpUrl.optional(),
  LOGTO_APP_ID: z.string().optional(),
  LOGTO_API_RESOURCE: z.string().default('https://api.latchkey.example'),
  LOGTO_WEBHOOK_SIGNING_KEYS: z.string().default(''),
  LOGTO_M2M_APP_ID: z.string().optional(),
  LOGTO_M2M_APP_SECRET: z.string().optional(),
  LOGTO_MANAGEMENT_RESOURCE: z.url('must be a URL').optional(),
  CONSOLE_URL: httpOrigin.default('http://localhost:5173'),
  LATCHKEY_URL: httpUrl.optional(),
  MCP_RESOURCE: mcpResource,
});

export interface LogtoAccess {
  readonly endpoint: string;
  readonly machine: { readonly appId: string; readonly appSecret: string };
  readonly managementResource: string;
  readonly signingKeys: readonly string[];
  readonly env: z.output<typeof LogtoEnvironment>;
  readonly management: Management;
}

/** @throws {ActionableError} `SETTING_MISSING`; its `fix` says where to find the setting */
export async function readLogtoAccess(
  deps: CommandDeps,
  given: { readonly endpoint?: string | undefined } = {},
): Promise<LogtoAccess> {
  const set = deps.env(LogtoEnvironment);
  const endpoint =
    given.endpoint ??
    set.LOGTO_ENDPOINT ??
    settingMissing(
      "Logto's address is unknown.",
      'Set LOGTO_ENDPOINT to https://<tenant>.logto.app, or to the address of your own Logto.',
    );
  // The emulator's ids and secrets do not apply to another Logto, even on this machine.
  const wanted = { ...set, LOGTO_ENDPOINT: endpoint };
  const own = await withoutUnconfirmedDevelopmentValues(wanted);
  const env = LogtoEnvironment.parse(present(own));
  const { LOGTO_M2M_APP_ID: appId, LOGTO_M2M_APP_SECRET: appSecret } = env;
  if (appId === undefined || appSecret === undefined) {
    const name = appId === undefined ? 'LOGTO_M2M_APP_ID' : 'LOGTO_M2M_APP_SECRET';
    const problems = await unconfirmedDevelopmentValues(wanted);
    const problem = problems.find((line) => line.startsWith(name)) ?? `${name} is not set`;
    return settingMissing(
      `This command needs a machine-to-machine application of Logto: ${problem}.`,
      'In Logto\'s console create one with the role "Logto Management API access", and set both in the environment: on a command line, others could read the secret.',
    );
  }
  const managementResource = env.LOGTO_MANAGEMENT_RESOURCE ?? managementResourceOf(endpoint);
  return {
    endpoint,
    machine: { appId, appSecret },
    managementResource,
    signingKeys: env.LOGTO_WEBHOOK_SIGNING_KEYS.split(',').flatMap((key) => key.trim() || []),
    env,
    management: createManagement({ endpoint, appId, appSecret, resource: managementResource }),
  };
}

/** Removes empty variables. */
function present(source: EnvironmentSource): EnvironmentSource {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
}

/** On Logto Cloud each tenant has its own; a self-hosted Logto uses that of the tenant `default`. */
function managementResourceOf(endpoint: string): string {
  const { hostname } = new URL(endpoint);
  return hostname.endsWith('.logto.app') ? `https://${hostname}/api` : 'https://default.logto.app/api';
}
