import { developmentSigningKey } from '@latchkey/environment';
import { defineDirectoryMapping, webhookEventNames } from '@latchkey/directory-sync';
import { start as startLogto } from '@latchkey/logto-emulator';
import { start as startPermit } from '@latchkey/permit-emulator';
import { policy } from '@latchkey/policy';
import { afterAll, afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { examineAccountApi } from '../doctor/examine-management.ts';
import { startReceiver, type Receiver } from '../testing/receiver.ts';
import { runCli } from '../testing/run-cli.ts';
import { machine, managementOf, settingsFor } from '../testing/setup-logto.ts';

const resource = 'https://api.latchkey.example';
const signingKey = 'the signing key of the webhook';
const webhookPath = '/api/webhooks/logto';

/** A fake server for deliveries. Answers 401 unless this key signed them, and 400 to an invalid event. */
const startEndpoint = (key: string): Promise<Receiver> =>
  startReceiver(({ path, isSignedBy }) => (path !== webhookPath ? 404 : isSignedBy(key) ? 400 : 401));

const permit = await startPermit({ port: 0, pdpPort: 0 });
const endpoint = await startEndpoint(signingKey);
const webhookUrl = `${endpoint.url}${webhookPath}`;
const logto = await startLogto({
  seed: {
    resources: [{ name: 'API', indicator: resource }],
    applications: [
      machine,
      { ...machine, id: 'withoutrole', name: 'Newcomer', managementApi: false },
      {
        id: 'console',
        name: 'Console',
        type: 'SPA',
        redirectUris: ['https://console.example/callback'],
        postLogoutRedirectUris: ['https://console.example/'],
      },
    ],
    hooks: [{ id: 'hook', name: 'sync', events: [...webhookEventNames], url: webhookUrl, signingKey }],
  },
});
const healthy: Readonly<Record<string, string>> = {
  PERMIT_API_URL: permit.url,
  PERMIT_API_KEY: permit.keys.environment,
  PERMIT_PDP_URL: permit.pdpUrl,
  ...settingsFor(logto),
  LOGTO_APP_ID: 'console',
  CONSOLE_URL: 'https://console.example',
  LOGTO_API_RESOURCE: resource,
  LOGTO_WEBHOOK_SIGNING_KEYS: signingKey,
  MCP_RESOURCE: 'off',
};
afterAll(() => Promise.all([permit.close(), logto.close(), endpoint.close()]));
const servers: Receiver[] = [];
afterEach(async () => {
  permit.reset();
  await logto.reset();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Runs `doctor`. `states` lists its verdicts as `ok PDP`, `failed Policy`, … */
async function examine(env: Readonly<Record<string, string | undefined>>, ...args: string[]) {
  const { code, printed } = await runCli(['doctor', ...args, '--json'], { env: { ...healthy, ...env } });
  const verdicts: { state: string; about: string; says: string; fix?: string }[] = JSON.parse(
    printed.join('\n'),
  );
  return { code, verdicts, states: verdicts.map(({ state, about }) => `${state} ${about}`) };
}

const apply = () => runCli(['policy', 'apply'], { env: healthy });

async function urlOf(starting: Promise<Receiver>): Promise<string> {
  const server = await starting;
  servers.push(server);
  return server.url;
}
const answering = async (status: number): Promise<string> =>
  `${await urlOf(startReceiver(() => status))}${webhookPath}`;
const patch = (path: string, body: object) =>
  managementOf(logto).send({ method: 'PATCH', path, body }, z.unknown());

test('when everything works, every line is ok and the exit code is 0', async () => {
  await apply();
  const trusted = { LOGTO_TRUSTED_APP_IDS: 'console, withoutrole' };
  const { code, states } = await examine(trusted, '--webhook', await answering(401));
  expect(states).toEqual([
    'ok Permit API key',
    'ok Policy',
    'ok PDP',
    'ok Logto discovery',
    'ok Clock',
    'ok Logto signing keys',
    'ok Logto API resource',
    'ok Logto CORS',
    'ok Logto Management API',
    'ok Logto application',
    'ok Logto trusted application',
    'ok Logto trusted application',
    'ok Logto account API',
    'notice Logto registration',
    'ok Webhook events',
    'ok Webhook URL',
    'ok Webhook signing key',
    'skipped Server',
    'ok Webhook endpoint',
  ]);
  expect(code).toBe(0);
});

test('before the policy is applied, the checks of the environment and of the PDP fail', async () => {
  const { code, verdicts } = await examine({});
  const failure = verdicts.filter(({ state }) => state === 'failed');
  expect(failure.map(({ about }) => about)).toEqual(['Policy', 'PDP']);
  expect(failure[0]?.fix).toContain('latchkey policy apply');
  expect(code).toBe(1);
});

const closed = 'http://127.0.0.1:9';

test.each<[string, () => Readonly<Record<string, string>>, string]>([
  [
    'a project key instead of an environment key',
    () => ({ PERMIT_API_KEY: permit.keys.project }),
    'Permit API key',
  ],
  ['an unknown key', () => ({ PERMIT_API_KEY: 'permit_key_unknown' }), 'Permit API key'],
  ['an API that does not answer', () => ({ PERMIT_API_URL: closed }), 'Permit API key'],
  ['an API that is another server', () => ({ PERMIT_API_URL: logto.url }), 'Permit API key'],
  ['a PDP that does not answer', () => ({ PERMIT_PDP_URL: closed }), 'PDP'],
  ['a PDP that is another server', () => ({ PERMIT_PDP_URL: logto.url }), 'PDP'],
  ['a Logto that does not answer', () => ({ LOGTO_ENDPOINT: closed }), 'Logto discovery'],
  [
    'a Logto with another issuer',
    () => ({ LOGTO_ENDPOINT: logto.url.replace('localhost', '127.0.0.1') }),
    'Logto discovery',
  ],
  [
    'a resource that Logto does not have',
    () => ({ LOGTO_API_RESOURCE: 'https://other.example' }),
    'Logto API resource',
  ],
  ['a wrong secret', () => ({ LOGTO_M2M_APP_SECRET: 'guessed' }), 'Logto API resource'],
  [
    'an application without the role of the Management API',
    () => ({ LOGTO_M2M_APP_ID: 'withoutrole' }),
    'Logto Management API',
  ],
  [
    'a Management API resource that Logto does not have',
    () => ({ LOGTO_MANAGEMENT_RESOURCE: 'https://team.logto.app/api' }),
    'Logto Management API',
  ],
  [
    'a Management API resource that is another API',
    () => ({ LOGTO_MANAGEMENT_RESOURCE: resource }),
    'Logto Management API',
  ],
  ['an unknown application id', () => ({ LOGTO_APP_ID: 'consol' }), 'Logto application'],
  [
    'a trusted application that Logto does not have',
    () => ({ LOGTO_TRUSTED_APP_IDS: 'consol' }),
    'Logto trusted application',
  ],
  ['the id of a machine-to-machine application', () => ({ LOGTO_APP_ID: machine.id }), 'Logto application'],
  [
    'a wrong signing key',
    () => ({ LOGTO_WEBHOOK_SIGNING_KEYS: 'another key, and another' }),
    'Webhook signing key',
  ],
])('reports %s with a fix', async (_, env, about) => {
  await apply();
  const { code, verdicts } = await examine(env());
  const failure = verdicts.find((verdict) => verdict.about === about);
  expect(failure).toMatchObject({
    state: 'failed',
    says: expect.stringMatching(/\S/),
    fix: expect.stringMatching(/\S/),
  });
  expect(code).toBe(1);
});

test.each([
  [-3600, 'behind'],
  [60, 'ahead of'],
])('reports a clock that is %i s off', async (seconds, says) => {
  const date = new Date(Date.now() - seconds * 1000).toUTCString();
  const body = JSON.stringify({ issuer: 'https://x.example', jwks_uri: closed });
  const other = await urlOf(startReceiver(() => 200, { body, headers: { date } }));
  const { verdicts } = await examine({ LOGTO_ENDPOINT: other });
  expect(verdicts.find(({ about }) => about === 'Clock')).toMatchObject({
    state: 'failed',
    says: expect.stringContaining(says),
  });
});

const changeHook = (changes: object) => patch('/hooks/hook', changes);
const hookNow = () => managementOf(logto).get('/hooks/hook', z.unknown());

test.each<[string, () => Promise<object> | object, string, string]>([
  [
    'that lacks events',
    () => ({
      events: webhookEventNames.filter((name) => name !== 'PostSignIn' && name !== 'Organization.Deleted'),
    }),
    'Webhook events',
    'PostSignIn, Organization.Deleted',
  ],
  ['that is disabled', () => ({ enabled: false }), 'Webhook events', 'disabled'],
  [
    'to an address without a server',
    () => ({ config: { url: `${closed}/api/webhooks/logto` } }),
    'Webhook URL',
    closed,
  ],
  ['to another path', () => ({ config: { url: webhookUrl.replace('/logto', '') } }), 'Webhook URL', '404'],
  [
    'to a server that takes everything',
    async () => ({ config: { url: await answering(200) } }),
    'Webhook URL',
    'without a signature',
  ],
  [
    'to a server with another key',
    async () => ({ config: { url: `${await urlOf(startEndpoint('another key'))}${webhookPath}` } }),
    'Webhook URL',
    'refuses events that Logto signs',
  ],
])('reports a webhook %s with a fix', async (_, changes, about, says) => {
  await apply();
  await changeHook(await changes());
  const { code, verdicts } = await examine({});
  expect(verdicts.filter(({ state }) => state === 'failed')).toEqual([
    { state: 'failed', about, says: expect.stringContaining(says), fix: expect.stringMatching(/\S/) },
  ]);
  expect(code).toBe(1);
});

test("reports that no webhook points to this server, and lists the others' URLs without secrets", async () => {
  await apply();
  await changeHook({ config: { url: 'https://user:canary@elsewhere.example/hooks?token=canary' } });
  const { verdicts } = await examine({ LOGTO_WEBHOOK_SIGNING_KEYS: 'a key of no webhook' });
  const failure = verdicts.filter(({ state }) => state === 'failed');
  expect(failure).toMatchObject([
    { about: 'Logto webhook', says: expect.stringContaining('sync to https://elsewhere.example/hooks') },
  ]);
  expect(JSON.stringify(verdicts)).not.toContain('canary');
});

test.each([
  'http://127.0.0.1:9/api/webhooks/logto?token=canary',
  'http://user:canary@127.0.0.1:9/api/webhooks/logto',
])('reports the webhook %s without its secret', async (url) => {
  await apply();
  await changeHook({ config: { url } });
  const { verdicts } = await examine({});
  expect(verdicts.find(({ about }) => about === 'Webhook URL')?.says).toMatch(
    /^http:\/\/127\.0\.0\.1:9\/api\/webhooks\/logto does not answer/,
  );
  expect(JSON.stringify(verdicts)).not.toContain('canary');
});

test('refuses development values beside a public address, and names each', async () => {
  const source = { LOGTO_ENDPOINT: 'https://team.logto.app', LOGTO_APP_ID: 'latchkeyconsoleweb001' };
  await expect(examine(source)).rejects.toMatchObject({
    code: 'ENVIRONMENT_INVALID',
    message: expect.stringContaining('LOGTO_APP_ID is the published development value'),
  });
});

test('fails for development values beside a local address that is not an emulator, and names each', async () => {
  const { verdicts } = await examine({
    LOGTO_ENDPOINT: closed,
    LOGTO_WEBHOOK_SIGNING_KEYS: developmentSigningKey,
  });
  expect(verdicts.find(({ about }) => about === 'Development values')).toMatchObject({
    state: 'failed',
    says: expect.stringMatching(/^LOGTO_WEBHOOK_SIGNING_KEYS .* no emulator answers at LOGTO_ENDPOINT/),
  });
});

const editAccountCenter = (enabled: boolean, customData: string) =>
  patch('/account-center', { enabled, fields: { customData } });

test('open registration is only a notice, with the role of new users', async () => {
  await apply();
  const { code, verdicts } = await examine({});
  expect(verdicts.find(({ about }) => about === 'Logto registration')).toMatchObject({
    state: 'notice',
    says: expect.stringContaining('role viewer'),
    fix: expect.stringContaining('registration'),
  });
  expect(code).toBe(0);
  await patch('/sign-in-exp', { signInMode: 'SignIn' });
  expect((await examine({})).states).toContain('ok Logto registration');
});

test('fails for an attribute that users can edit, but not for one that comes from a role', async () => {
  const management = managementOf(logto);
  const mapping = defineDirectoryMapping(policy, { attributes: { clearance: 'customData.clearance' } });
  await editAccountCenter(true, 'Edit');
  expect((await examine({})).states).toContain('ok Logto account API');
  expect(await examineAccountApi(management, mapping)).toMatchObject({
    state: 'failed',
    says: expect.stringContaining('clearance (from customData.clearance)'),
  });
  await editAccountCenter(true, 'ReadOnly');
  expect(await examineAccountApi(management, mapping)).toMatchObject({ state: 'ok' });
});

test('fails for a PDP that allows an unknown user, even if it reports that it is healthy', async () => {
  await apply();
  permit.faults.add({ path: '/allowed', status: 200, body: { allow: true } });
  const { verdicts } = await examine({});
  expect(verdicts.find(({ about }) => about === 'PDP')).toMatchObject({
    state: 'failed',
    says: expect.stringContaining('unknown user'),
  });
});

test('checks without settings are skipped, which is not a failure', async () => {
  const { printed, code } = await runCli(['doctor'], { env: {} });
  expect(code).toBe(0);
  expect(printed).toEqual([
    '– Permit: PERMIT_API_KEY is not set.',
    "    Copy the environment's key from Permit's settings.",
    '– Logto: LOGTO_ENDPOINT is not set.',
    '    Set it to https://<tenant>.logto.app, or where Logto answers.',
    '– MCP server: Its address is unknown.',
    '    Set CONSOLE_URL or MCP_RESOURCE.',
    '– Server: LATCHKEY_URL is not set.',
    '    Set it to where the server answers, for instance http://localhost:3000.',
  ]);
});

test('reports an invalid setting before any request', async () => {
  await expect(runCli(['doctor'], { env: { PERMIT_PDP_URL: 'localhost:7766' } })).rejects.toMatchObject({
    code: 'ENVIRONMENT_INVALID',
  });
});

test('--fix adds missing redirect URIs and events in Logto after a confirmation, and removes nothing', async () => {
  await apply();
  await changeHook({ events: [...webhookEventNames.slice(1), 'Role.Created'] });
  const env = { ...healthy, CONSOLE_URL: 'https://new.example' };
  const broken = await examine({ CONSOLE_URL: 'https://new.example' });
  expect(broken.states.filter((state) => state.startsWith('failed'))).toEqual([
    'failed Logto CORS',
    'failed Logto application',
    'failed Webhook events',
  ]);
  await expect(runCli(['doctor', '--fix'], { env })).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' });
  expect(await hookNow()).toMatchObject({ events: expect.not.arrayContaining([webhookEventNames[0]]) });

  const { code, printed, warned } = await runCli(['doctor', '--fix', '--yes', '--json'], { env });
  expect(code).toBe(0);
  // Changes are reported on stderr, because stdout is JSON.
  expect(JSON.parse(printed.join('\n'))).toContainEqual(
    expect.objectContaining({ state: 'ok', about: 'Webhook events' }),
  );
  expect(warned.filter((line) => line.startsWith('done: '))).toEqual([
    'done: ~ application Console',
    'done: ~ webhook sync',
  ]);
  expect(await hookNow()).toMatchObject({
    events: expect.arrayContaining([...webhookEventNames, 'Role.Created']),
    config: { url: webhookUrl },
  });
  expect((await examine({})).code).toBe(0);
  const again = await runCli(['doctor', '--fix'], { env });
  expect(again.printed[0]).toBe('There is nothing for --fix to repair.');
});

test.each([
  [{ database: 'unavailable', jwks: 'ok', pdp: 'ok' }, ['PostgreSQL']],
  [{ database: 'ok', jwks: 'unavailable', pdp: 'wrong' }, ["Logto's keys", 'PDP decides incorrectly']],
  [{ database: 'ok', jwks: 'ok', pdp: 'ok', other: 'unavailable' }, ['other is unavailable']],
])('for components %j of a server, each unhealthy one has its own line', async (components, says) => {
  const body = JSON.stringify({ status: 'unavailable', components });
  const { code, verdicts } = await examine({ LATCHKEY_URL: await urlOf(startReceiver(() => 503, { body })) });
  const found = verdicts.filter(({ about }) => about === 'Server');
  expect(found.map(({ state }) => state)).toEqual(says.map(() => 'failed'));
  for (const [index, text] of says.entries()) expect(found[index]?.says).toContain(text);
  expect(code).toBe(1);
});
