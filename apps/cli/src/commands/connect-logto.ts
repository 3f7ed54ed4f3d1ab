import { isEmulator } from '@latchkey/environment';
import { webhookEventNames } from '@latchkey/directory-sync';
import { policy } from '@latchkey/policy';
import { directoryMapping } from '@latchkey/policy/directory';
import { InvalidArgumentError } from 'commander';
import { settingMissing } from '../actionable-error.ts';
import type { AddCommand, CommandDeps, ExitCode } from '../command-deps.ts';
import {
  applyLogto,
  type ConnectedLogto,
  describeSteps,
  renderLogtoPlan,
  renderLogtoStep,
} from '../connect/apply-logto.ts';
import { assertWritable, describeWritten, writeEnvFile, type EnvValues } from '../connect/env-file.ts';
import { EveryVariable, httpOrigin, mcpResourceOf } from '../env.ts';
import { confirmSetup, seconds, url } from '../options.ts';
import { readLogtoAccess, type LogtoAccess } from '../connect/logto-environment.ts';
import { readLogtoState } from '../connect/logto-state.ts';
import { readMcpState } from '../connect/mcp-state.ts';
import { planLogto } from '../connect/plan-logto.ts';
import { planMcp } from '../connect/plan-mcp.ts';
import { testDelivery } from '../connect/test-delivery.ts';
import { webhookPath } from '../webhook/endpoint.ts';
import { renderVerdict } from '../doctor/verdict.ts';
import { textOutput } from '../policy/paint.ts';

interface ConnectOptions {
  readonly endpoint?: string;
  readonly console?: readonly string[];
  readonly server?: string;
  readonly app?: string;
  readonly cimd?: boolean;
  readonly settings: string;
  readonly wait: number;
  readonly test: boolean;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

export const addConnectLogto: AddCommand = (program, deps) => {
  program
    .command('logto')
    .description('create or adopt what Latchkey needs in Logto; idempotent')
    .option('--endpoint <url>', 'Logto; default: LOGTO_ENDPOINT', url)
    .option('--console <origin...>', 'the console; default: CONSOLE_URL', origins)
    .option('--server <url>', 'the server, as Logto reaches it; default: LATCHKEY_URL', url)
    .option('--app <id>', 'the single-page application to adopt; default: LOGTO_APP_ID')
    .option('--no-cimd', 'do not allow MCP clients with a metadata document; register an application')
    .option('--settings <file>', 'the settings file to write', '.env')
    .option('--wait <seconds>', 'how long to wait for the test delivery', seconds, 0)
    .option('--no-test', 'send no test delivery')
    .option('--dry-run', 'show the changes without making them; exits with 2 if there are any')
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Sets up in Logto: the console's single-page application with its redirect URIs, the API resource, the organization roles that the
directory mapping reads, the webhook with the events that sync uses, and what people need to connect applications to the MCP server:
its API resource with the table's scopes, a role with them for all users, and the clients that can ask for them. Then writes the
settings (mode 600), and makes Logto send a test delivery.

LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET: a machine-to-machine application with the role "Logto Management API access".

Example:
  latchkey connect logto --endpoint https://acme.logto.app --console https://console.acme.com --server https://api.acme.com`,
    )
    .action(async (options: ConnectOptions) => deps.exitWith(await connectLogto(options, deps)));
};

/** @returns the exit code: 1 if the test delivery fails, 2 if a dry run finds changes */
export async function connectLogto(options: ConnectOptions, deps: CommandDeps): Promise<ExitCode> {
  const { endpoint, app, settings: settingsPath, wait, dryRun = false, json = false } = options;
  const access = await readLogtoAccess(deps, { endpoint });
  const { env, management, signingKeys } = access;
  const server =
    options.server ??
    env.LATCHKEY_URL ??
    settingMissing(
      'The address by which Logto reaches the server is unknown.',
      'Set LATCHKEY_URL, or pass --server https://<your server>.',
    );
  const { say, paint } = textOutput(deps, json);
  const consoles = options.console ?? [env.CONSOLE_URL];
  const wanted = {
    consoles,
    hookUrl: `${server}${webhookPath}`,
    events: webhookEventNames,
    indicator: env.LOGTO_API_RESOURCE,
    organizationRoles: [...directoryMapping.organizationRoles.keys()],
    known: { appId: app ?? env.LOGTO_APP_ID, signingKeys },
  };
  const resource = mcpResourceOf({ ...env, CONSOLE_URL: consoles[0] });
  const steps = planLogto(await readLogtoState(management), wanted);
  if (resource !== undefined) {
    const { scopes } = policy;
    const state = await readMcpState(management, resource);
    // The webhook stays last: until its key is in the settings, the server refuses the events of these changes.
    steps.splice(-1, 0, ...planMcp(state, { resource, scopes, enableDocuments: options.cimd !== false }));
  }
  const changes = steps.filter(({ change }) => change !== 'unchanged');
  say(...renderLogtoPlan(steps, paint));
  if (dryRun) {
    if (json)
      deps.print(JSON.stringify({ endpoint: access.endpoint, steps: describeSteps(steps) }, undefined, 2));
    return changes.length > 0 ? 2 : 0;
  }
  if (changes.length > 0) {
    await assertWritable(settingsPath);
    const where = `Logto at ${access.endpoint}`;
    await confirmSetup(deps, { changes: changes.length, where, yes: options.yes === true });
  }

  using signal = deps.interruption();
  const connected = await applyLogto(management, steps, {
    signal,
    onStep: (step) => say(`done: ${renderLogtoStep(step, paint)}`),
  });
  const values = await settingsOf(options, access, connected);
  const written = await writeEnvFile(settingsPath, values, deps.env(EveryVariable));
  say(...describeWritten(settingsPath, written));
  const delivery = options.test
    ? await testDelivery(management, connected.hook, {
        waitMs: wait * 1000,
        signal,
        onWaiting: ({ says }) => say(`${says} Waiting for up to ${wait} s: start or restart the server.`),
      })
    : undefined;
  if (delivery !== undefined) say(...renderVerdict(delivery, paint));
  if (signal.aborted && delivery?.state === 'failed') {
    deps.warn(
      'Stopped. Logto is set up and the settings are written. Run the command again to repeat the test delivery.',
    );
  }
  if (json) {
    const settings = { file: settingsPath, ...written };
    deps.print(
      JSON.stringify(
        { endpoint: access.endpoint, steps: describeSteps(steps), settings, delivery },
        undefined,
        2,
      ),
    );
  }
  return delivery?.state === 'failed' ? 1 : 0;
}

async function settingsOf(
  { console: consoles, server }: ConnectOptions,
  { endpoint, machine, managementResource, signingKeys, env }: LogtoAccess,
  { appId, hook }: ConnectedLogto,
): Promise<EnvValues> {
  const { hostname } = new URL(endpoint);
  const isHere = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return {
    LOGTO_ENDPOINT: endpoint,
    LOGTO_APP_ID: appId,
    LOGTO_API_RESOURCE: env.LOGTO_API_RESOURCE,
    // Keeps the other keys, because a rotation may be in progress.
    LOGTO_WEBHOOK_SIGNING_KEYS: [...new Set([hook.signingKey, ...signingKeys])].join(','),
    LOGTO_M2M_APP_ID: machine.appId,
    LOGTO_M2M_APP_SECRET: machine.appSecret,
    LOGTO_MANAGEMENT_RESOURCE: managementResource,
    // Otherwise `pnpm start` would mistake a local address for its emulator's.
    ...(isHere && !(await isEmulator(endpoint)) && { LOGTO_EMULATOR_PORT: 'off' }),
    ...(consoles?.[0] !== undefined && { CONSOLE_URL: consoles[0] }),
    ...(server !== undefined && { LATCHKEY_URL: server }),
  };
}

function origins(text: string, previous: readonly string[] = []): string[] {
  const { data, error } = httpOrigin.safeParse(text);
  if (error !== undefined) throw new InvalidArgumentError(`It ${error.issues[0]?.message ?? ''}.`);
  return [...previous, data];
}
