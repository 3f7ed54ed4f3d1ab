import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import { start as startLogto, type Emulator as Logto, type Seed } from '@latchkey/logto-emulator';
import { start as startPermit, type Emulator as Permit } from '@latchkey/permit-emulator';
import { policy } from '@latchkey/policy';
import { freePort, startServerProcess } from '@latchkey/server-process';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { readMcpState } from '../connect/mcp-state.ts';
import { runCli, useFolder } from '../testing/run-cli.ts';
import { machine, managementOf, settingsFor } from '../testing/setup-logto.ts';

const apiResource = 'https://api.latchkey.example';
const port = await freePort();
const resource = `http://127.0.0.1:${port}/mcp`;
const scopes = Object.keys(policy.scopes);
const seed: Seed = {
  applications: [machine],
  resources: [{ name: 'API', indicator: apiResource }],
  // So many that assigning the role takes two requests.
  users: Array.from({ length: 1001 }, (_, index) => ({ id: `user${index}` })),
};
const [logto, permit]: [Logto, Permit] = await Promise.all([
  startLogto({ seed }),
  startPermit({ port: 0, pdpPort: 0, opaPort: 'off' }),
]);
const env: Readonly<Record<string, string>> = {
  ...settingsFor(logto),
  LOGTO_API_RESOURCE: apiResource,
  MCP_RESOURCE: resource,
  PERMIT_API_URL: permit.url,
  PERMIT_API_KEY: permit.keys.environment,
  PERMIT_PDP_URL: permit.pdpUrl,
};
const server = await startServerProcess({
  ...env,
  PORT: String(port),
  LOGTO_APP_ID: 'console',
  LOGTO_WEBHOOK_SIGNING_KEYS: 'a signing key of the test',
});
/** The emulator as an older Logto: without clients with a metadata document. */
const older = createServer((request, response) => {
  if (/^\/api\/(?:configs\/)?cimd/.test(request.url ?? '')) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    return;
  }
  const { method, headers } = request;
  const forwarded = forward(logto.url + request.url, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  request.pipe(forwarded);
}).listen(0, '127.0.0.1');
await once(older, 'listening');
const { port: olderPort } = z.object({ port: z.number() }).parse(older.address());
const olderLogto = { LOGTO_ENDPOINT: `http://127.0.0.1:${olderPort}` };
afterAll(async () => {
  older.closeAllConnections();
  older.close();
  await server.stop();
  await Promise.all([logto.close(), permit.close()]);
});

const inFolder = useFolder();
beforeEach(() => logto.reset());

type Variables = Readonly<Record<string, string>>;

const connect = (args: readonly string[] = ['--yes'], more: Variables = {}) =>
  runCli(['connect', 'logto', '--settings', inFolder('.env'), '--server', server.url, '--no-test', ...args], {
    env: { ...env, ...more },
  });
const state = () => readMcpState(managementOf(logto), resource);
const send = (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) =>
  managementOf(logto).send({ method, path, ...(body && { body }) }, z.unknown());

const Verdicts = z.array(z.object({ state: z.string(), about: z.string(), says: z.string() }));

/** What `doctor` says about the MCP server. */
async function examine(more: Variables = {}) {
  const { printed } = await runCli(['doctor', '--json'], {
    env: { ...env, LATCHKEY_URL: server.url, ...more },
  });
  return Verdicts.parse(JSON.parse(printed.join('\n')))
    .filter(({ about }) => about.startsWith('MCP'))
    .map(({ state: of, about, says }) => `${of} ${about}: ${says}`);
}

const namesOf = (scoped: readonly { readonly scopes: readonly { readonly name: string }[] }[] = []) =>
  scoped.flatMap((one) => one.scopes.map(({ name }) => name)).toSorted();

test('creates the scopes, gives them to all users, and allows clients to ask for them', async () => {
  await connect();
  const found = await state();
  expect(found.resource?.scopes.map(({ name, description }) => [name, description])).toEqual(
    Object.entries(policy.scopes).map(([name, scope]) => [name, scope.name]),
  );
  expect(found.role).toMatchObject({ isDefault: true });
  expect(found.role?.scopes.map(({ name }) => name).toSorted()).toEqual(scopes);
  const without = `/users?excludeRoleId=${found.role?.id}`;
  expect(await managementOf(logto).get(without, z.array(z.unknown()))).toEqual([]);
  expect(found.documents?.enabled).toBe(true);
  const { ceiling } = found.documents ?? {};
  expect(namesOf(ceiling?.resourceScopes)).toEqual(scopes);
  expect(namesOf(ceiling?.organizationResourceScopes)).toEqual(scopes);
  expect(ceiling?.userScopes).toContain('urn:logto:scope:organizations');
  expect(found.clients).toBeUndefined();

  const again = await connect(['--dry-run']);
  expect(again.code).toBe(0);
});

test.each([
  ['that has no metadata documents', olderLogto, []],
  ['without --cimd', {}, ['--no-cimd']],
] as const)('registers one application in a Logto %s', async (_, more, args) => {
  await connect(['--yes', ...args], more);
  await connect(['--yes', ...args], more);
  const { clients, documents } = await state();
  expect(documents?.enabled).toBe(false);
  expect(clients).toMatchObject({ type: 'Native', isThirdParty: true });
  expect(clients?.oidcClientMetadata.redirectUris).toContain('http://127.0.0.1/callback');
  expect(namesOf(clients?.ceiling.resourceScopes)).toEqual(scopes);
  expect(namesOf(clients?.ceiling.organizationResourceScopes)).toEqual(scopes);
  expect(await examine(more)).toContain(`ok MCP scopes: ${scopes.join(', ')}: the same in Logto.`);
});

test('doctor and policy plan find each difference, and connect corrects it without removing anything', async () => {
  await runCli(['policy', 'apply', '--allow-destructive', '--yes'], { env });
  await runCli(['grant', machine.id, 'admin'], { env });
  const plan = () => runCli(['policy', 'plan'], { env });
  expect((await plan()).code).toBe(2);
  expect(await examine()).toContain('failed MCP scopes: Logto has no API resource Latchkey MCP server.');
  await connect();
  expect((await plan()).code).toBe(0);
  expect(await examine()).toEqual([
    `ok MCP scopes: ${scopes.join(', ')}: the same in Logto.`,
    `ok MCP metadata: ${resource}, with tokens of ${logto.url}/oidc.`,
  ]);

  const { resource: found, role } = await state();
  const [first, second] = found?.scopes ?? [];
  const path = `/resources/${found?.id}/scopes`;
  await send('PATCH', `${path}/${first?.id}`, { description: 'Something else' });
  await send('DELETE', `/roles/${role?.id}/scopes/${second?.id}`);
  await send('DELETE', `/cimd/user-consent-scopes/organization-resource-scopes/${second?.id}`);
  await send('POST', path, { name: 'other', description: 'Not in the table' });
  const verdicts = (await examine()).join('\n');
  for (const part of [
    `scope ${first?.name} in Logto differs`,
    `user role Connect applications in Logto differs from the table: +scope ${second?.name}`,
    `consent clients with a metadata document in Logto differs from the table: +scope ${second?.name}`,
    'scopes that the table does not have: other',
  ])
    expect(verdicts).toContain(part);
  const { code, printed } = await plan();
  expect(code).toBe(2);
  expect(printed.join('\n')).toContain('latchkey connect logto applies them');

  await connect();
  expect(await examine()).toContain(
    'failed MCP scopes: Logto has scopes that the table does not have: other.',
  );
  expect((await state()).resource?.scopes.map(({ name }) => name)).toContain('other');
});

test('policy plan and apply say when the scopes were not compared, and apply changes none', async () => {
  const withoutMachine = { ...env, LOGTO_M2M_APP_ID: undefined };
  const planned = await runCli(['policy', 'plan', '--json'], { env: withoutMachine });
  expect(planned.warned).toEqual([expect.stringMatching(/^The scopes were not compared with Logto\./)]);
  const { warned } = await runCli(['policy', 'apply', '--allow-destructive', '--yes'], { env });
  expect(warned.join('\n')).toContain('latchkey connect logto applies them');
  expect((await state()).resource).toBeUndefined();
});

const Shown = z.object({
  url: z.string(),
  clientId: z.string().optional(),
  clients: z.record(z.string(), z.string()),
  checks: Verdicts,
});

async function show(args: readonly string[] = [], more: Readonly<Record<string, string | undefined>> = {}) {
  const { code, printed } = await runCli(['mcp', '--json', ...args], { env: { ...env, ...more } });
  const shown = Shown.parse(JSON.parse(printed.join('\n')));
  return { ...shown, code, failed: shown.checks.filter((one) => one.state === 'failed') };
}

const failuresOf = async (args: readonly string[], more: Variables = {}) =>
  (await show(args, more)).failed.map(({ says }) => says).join('\n');

test('mcp shows what to paste, and checks the server as a client would', async () => {
  await connect();
  const { code, checks, clients, clientId } = await show();
  expect(checks.map(({ state: of, about }) => `${of} ${about}`)).toEqual([
    'ok MCP endpoint',
    'ok MCP metadata',
    'ok Authorization server',
    'ok PKCE',
    'ok Client registration',
    'ok MCP scopes',
  ]);
  expect(code).toBe(0);
  expect(clientId).toBeUndefined();
  expect(clients['Claude Code']).toBe(`claude mcp add --transport http latchkey ${resource}`);

  const ofOrganization = await show(['--organization', 'acme']);
  expect(ofOrganization.code).toBe(0);
  for (const text of Object.values(ofOrganization.clients)) expect(text).toContain(`${resource}/acme`);

  const { printed } = await runCli(['mcp'], { env });
  expect(printed).toContain(`✓ MCP endpoint: ${resource} asks for a token.`);
});

test('mcp shows the client id where clients need one', async () => {
  await connect(['--yes', '--no-cimd']);
  const { code, clientId, clients } = await show();
  expect(code).toBe(0);
  expect(clientId).toBe((await state()).clients?.id);
  for (const [name, text] of Object.entries(clients)) expect(name + text).toContain(clientId);
  const noMachine = { LOGTO_M2M_APP_ID: undefined };
  const unknown = await show([], noMachine);
  expect(unknown.failed.map(({ about }) => about)).toEqual(['Client registration']);
  expect(unknown.code).toBe(1);
  expect((await show(['--client', 'mine'], noMachine)).code).toBe(0);
});

test('mcp fails for another issuer, another address and a server without /mcp', async () => {
  expect(await failuresOf([], olderLogto)).toContain(`names the issuer ${logto.url}/oidc`);
  expect(await failuresOf(['--url', `http://localhost:${port}/mcp`])).toContain(`The server is ${resource}`);
  expect(await failuresOf(['--url', `${server.url}/api/config`])).toContain('not 401');
  expect(await failuresOf(['--url', 'http://127.0.0.1:9/mcp'])).toContain('does not answer');
});
