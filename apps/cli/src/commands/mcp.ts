import { z } from 'zod';
import { settingMissing } from '../actionable-error.ts';
import type { AddCommand, CommandDeps, ExitCode } from '../command-deps.ts';
import { Application } from '../connect/logto-state.ts';
import { clientsName } from '../connect/mcp-state.ts';
import { examineClient } from '../doctor/examine-client.ts';
import { managementOf } from '../doctor/examine-management.ts';
import { examineScopes } from '../doctor/examine-mcp.ts';
import { renderVerdict, type Verdict } from '../doctor/verdict.ts';
import { DoctorEnvironment, mcpResourceOf, type DoctorEnv } from '../env.ts';
import { url } from '../options.ts';
import { paintOf } from '../policy/paint.ts';

interface McpOptions {
  readonly url?: string;
  readonly organization?: string;
  readonly client?: string;
  readonly json?: true;
}

export const addMcp: AddCommand = (program, deps) => {
  program
    .command('mcp')
    .option('--url <url>', 'the MCP server; default: MCP_RESOURCE, or /mcp of CONSOLE_URL', url)
    .option('--organization <id>', 'connect to this organization of Logto')
    .option('--client <id>', `the client id; default: that of the application "${clientsName}" in Logto`)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exits with 1 if a check failed. The client id is shown where Logto does not accept clients with a metadata document (CIMD).

Example:
  latchkey mcp --url https://console.acme.com/mcp --organization 8xk2p1q0z4mn`,
    )
    .action(async (options: McpOptions) => deps.exitWith(await showAndExamine(options, deps)));
};

/** @returns the exit code: 1 when a check failed */
async function showAndExamine(options: McpOptions, deps: CommandDeps): Promise<ExitCode> {
  const { organization, json } = options;
  const env = deps.env(DoctorEnvironment);
  const resource =
    options.url ??
    mcpResourceOf(env) ??
    settingMissing(
      'The address of the MCP server is unknown.',
      'Pass --url, or set CONSOLE_URL or MCP_RESOURCE.',
    );
  const address = organization === undefined ? resource : `${resource}/${encodeURIComponent(organization)}`;
  const known = options.client ?? (await findClientId(env));
  const { verdicts, acceptsDocuments } = await examineClient(address, { resource, env, clientId: known });
  const ofScopes = await examineScopes({ ...env, MCP_RESOURCE: resource });
  const checks: Verdict[] = [...verdicts, ...ofScopes];
  const clientId = acceptsDocuments ? undefined : known;
  const clients = instructionsFor(address, clientId);
  if (json === true) {
    deps.print(JSON.stringify({ url: address, clientId, clients, checks }, undefined, 2));
  } else {
    const paint = paintOf(deps);
    for (const [name, text] of Object.entries(clients)) deps.print(`${paint('bold', name)}\n${text}\n`);
    for (const line of checks.flatMap((verdict) => renderVerdict(verdict, paint))) deps.print(line);
  }
  return checks.some(({ state }) => state === 'failed') ? 1 : 0;
}

/** Undefined if Logto has no such application, or cannot be asked. The check of the scopes reports why. */
async function findClientId(env: DoctorEnv): Promise<string | undefined> {
  const applications = await managementOf(env)
    ?.get('/applications', z.array(Application))
    .catch(() => undefined);
  return applications?.find(({ name, isThirdParty }) => isThirdParty && name === clientsName)?.id;
}

const file = (servers: object): string => JSON.stringify(servers, undefined, 2);

/** What to paste into each client. */
function instructionsFor(address: string, clientId: string | undefined): Readonly<Record<string, string>> {
  const isRegistered = clientId !== undefined;
  const form = isRegistered ? `${address}\nOAuth client ID: ${clientId}` : address;
  // Claude Desktop starts this program, which opens the browser.
  const bridge = ['-y', 'mcp-remote', address];
  const registered = ['--static-oauth-client-info', JSON.stringify({ client_id: clientId })];
  return {
    'Claude Code': `claude mcp add --transport http ${isRegistered ? `--client-id ${clientId} ` : ''}latchkey ${address}`,
    'Claude Desktop (claude_desktop_config.json)': file({
      mcpServers: { latchkey: { command: 'npx', args: isRegistered ? [...bridge, ...registered] : bridge } },
    }),
    'Cursor (.cursor/mcp.json)': file({
      mcpServers: { latchkey: { url: address, ...(isRegistered && { auth: { CLIENT_ID: clientId } }) } },
    }),
    [`VS Code (.vscode/mcp.json)${isRegistered ? `, which asks for the client ID: ${clientId}` : ''}`]: file({
      servers: { latchkey: { type: 'http', url: address } },
    }),
    'ChatGPT (Settings, Connectors)': form,
  };
}
