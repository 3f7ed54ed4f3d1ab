import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import { readdir, readFile, stat, symlink, writeFile, lstat } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { webhookEventNames } from '@latchkey/directory-sync';
import { developmentSigningKey } from '@latchkey/environment';
import { start as startLogto, type Emulator as Logto, type StartOptions } from '@latchkey/logto-emulator';
import { start as startPermit, type Emulator as Permit } from '@latchkey/permit-emulator';
import { createDatabase, freePort, startServerProcess, type ServerProcess } from '@latchkey/server-process';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { readLogtoState, type LogtoState } from '../connect/logto-state.ts';
import type { Management } from '../connect/management.ts';
import { startReceiver } from '../testing/receiver.ts';
import { runCli, type CliOptions, type CliResult, useFolder } from '../testing/run-cli.ts';
import { machine, managementOf, settingsFor } from '../testing/setup-logto.ts';

const server = 'http://127.0.0.1:9';
const consoleOrigin = 'https://console.latchkey.example';

const inFolder = useFolder();
let logto: Logto;
afterEach(() => logto.close());

type Seed = NonNullable<NonNullable<Parameters<typeof startLogto>[0]>['seed']>;

async function seeded(
  { applications = [], ...seed }: Seed = {},
  options: Pick<StartOptions, 'refusePrivateWebhooks'> = {},
): Promise<void> {
  logto = await startLogto({
    ...options,
    seed: {
      applications: [
        machine,
        { id: 'newcomer', secret: machine.secret, name: 'Newcomer', type: 'MachineToMachine' },
        ...applications,
      ],
      ...seed,
    },
  });
}

const management = (): Management => managementOf(logto);
const stateOf = (): Promise<LogtoState> => readLogtoState(management());
const settingsFile = (): string => inFolder('.env');
const settings = async () => parseEnv(await readFile(settingsFile(), 'utf8'));

const connectTo = (args: readonly string[], { env = {}, ...options }: CliOptions = {}) =>
  runCli(['connect', 'logto', '--settings', settingsFile(), ...args], {
    env: { ...settingsFor(logto), MCP_RESOURCE: 'off', ...env },
    ...options,
  });
const connect = (args: readonly string[] = [], options: CliOptions = {}) =>
  connectTo(['--console', consoleOrigin, '--server', server, '--no-test', ...args], options);

const Output = z.object({
  endpoint: z.string(),
  steps: z.array(z.object({ about: z.string(), change: z.string(), differences: z.array(z.string()) })),
  settings: z.object({ changed: z.array(z.string()) }).optional(),
  delivery: z.object({ state: z.string(), says: z.string(), fix: z.string().optional() }).optional(),
});
const outputOf = ({ printed }: CliResult) => Output.parse(JSON.parse(printed.join('\n')));
const changesOf = (result: CliResult) =>
  outputOf(result).steps.map(({ about, change }) => `${change} ${about}`);

/** Starts a proxy in front of the emulator. Like a real Logto, it answers unknown paths with 200 and a page. */
async function withoutEmulatorPages(target: string): Promise<AsyncDisposable & { readonly url: string }> {
  const proxy = createServer((request, response) => {
    if (request.url?.startsWith('/_emulator') === true) {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>Logto</title>');
      return;
    }
    const { host: _host, ...headers } = request.headers;
    const forwarded = forward(`${target}${request.url}`, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(forwarded);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    async [Symbol.asyncDispose]() {
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

describe('with an empty Logto', () => {
  test('creates everything, and writes the settings for it', async () => {
    await seeded();
    const result = await connect(['--yes', '--json']);
    expect(result.code).toBe(0);
    expect(changesOf(result)).toEqual([
      'created application',
      'created API resource',
      'created organization role',
      'created webhook',
    ]);

    const { applications, resources, organizationRoles, hooks } = await stateOf();
    const spa = applications.find(({ type }) => type === 'SPA');
    expect(spa?.oidcClientMetadata).toMatchObject({
      redirectUris: [`${consoleOrigin}/callback`],
      postLogoutRedirectUris: [`${consoleOrigin}/`],
    });
    expect(resources.map(({ indicator }) => indicator)).toContain('https://api.latchkey.example');
    expect(organizationRoles.map(({ name }) => name)).toEqual(['admin']);
    expect(hooks).toEqual([
      expect.objectContaining({
        events: [...webhookEventNames],
        enabled: true,
        config: { url: `${server}/api/webhooks/logto` },
      }),
    ]);
    expect(await settings()).toEqual({
      LOGTO_ENDPOINT: logto.url,
      LOGTO_APP_ID: spa?.id,
      LOGTO_API_RESOURCE: 'https://api.latchkey.example',
      LOGTO_WEBHOOK_SIGNING_KEYS: hooks[0]?.signingKey,
      LOGTO_M2M_APP_ID: machine.id,
      LOGTO_M2M_APP_SECRET: machine.secret,
      LOGTO_MANAGEMENT_RESOURCE: 'https://default.logto.app/api',
      CONSOLE_URL: consoleOrigin,
      LATCHKEY_URL: server,
    });
    expect((await stat(settingsFile())).mode & 0o777).toBe(0o600);
  });

  test('does not take a real Logto on this machine for the emulator, and writes no development value', async () => {
    await seeded();
    await using real = await withoutEmulatorPages(logto.url);
    const development = { LOGTO_ENDPOINT: real.url, LOGTO_WEBHOOK_SIGNING_KEYS: developmentSigningKey };
    expect((await connect(['--yes'], { env: development })).code).toBe(0);
    const { hooks } = await stateOf();
    expect(await settings()).toMatchObject({
      LOGTO_ENDPOINT: real.url,
      LOGTO_EMULATOR_PORT: 'off',
      LOGTO_WEBHOOK_SIGNING_KEYS: hooks[0]?.signingKey,
    });
  });

  test('a second run changes nothing in Logto or in the file', async () => {
    await seeded();
    await connect(['--yes']);
    const before = { state: await stateOf(), text: await readFile(settingsFile(), 'utf8') };
    const again = await connect(['--json'], { env: { ...(await settings()) } });
    expect(again.code).toBe(0);
    expect(new Set(outputOf(again).steps.map(({ change }) => change))).toEqual(new Set(['unchanged']));
    expect({ state: await stateOf(), text: await readFile(settingsFile(), 'utf8') }).toEqual(before);
    expect(await readdir(inFolder())).toEqual(['.env']);
    // `connect` recognizes its objects even without the settings.
    expect((await connect(['--dry-run'])).code).toBe(0);
  });

  test('a dry run prints the changes, exits with code 2, and changes nothing', async () => {
    await seeded();
    const before = await stateOf();
    const result = await connect(['--dry-run', '--json']);
    expect(result.code).toBe(2);
    expect(changesOf(result)).toContain('created webhook');
    expect(await stateOf()).toEqual(before);
    expect(await readdir(inFolder())).toEqual([]);
  });

  test('changes nothing when the answer is no, or without a terminal and --yes', async () => {
    await seeded();
    await expect(connect()).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' });
    await expect(connect([], { confirm: async () => false })).rejects.toMatchObject({
      code: 'NOT_CONFIRMED',
    });
    expect((await stateOf()).hooks).toEqual([]);
    expect(await readdir(inFolder())).toEqual([]);
  });

  test('after Ctrl-C, says what is done, and the next run does the rest', async () => {
    await seeded();
    const options = { interruption: AbortSignal.abort() };
    await expect(connect(['--yes'], options)).rejects.toMatchObject({
      code: 'STOPPED',
      says: 'Stopped: 0 of 4 objects changed, and they stay.',
    });
    await connect(['--yes']);
    const { warned } = await connectTo(
      ['--console', consoleOrigin, '--server', server, '--wait', '600'],
      options,
    );
    expect(warned).toEqual([expect.stringMatching(/^Stopped\. Logto is set up/)]);
  });

  test('prints no secret on stdout or stderr', async () => {
    await seeded();
    const warned: string[] = [];
    const { printed } = await connect(['--yes', '--json'], { warned });
    const { printed: plain } = await connect(['--yes']);
    const output = [...printed, ...plain, ...warned].join('\n');
    expect(output).toContain('LOGTO_WEBHOOK_SIGNING_KEYS');
    expect(output).not.toContain(machine.secret);
    expect(output).not.toContain((await stateOf()).hooks[0]?.signingKey);
  });
});

describe('with a partial set-up', () => {
  test('adopts objects that refer to the console and the server, keeps their names, and completes them', async () => {
    await seeded({
      applications: [
        {
          id: 'theirs',
          name: 'Our access console',
          type: 'SPA',
          redirectUris: ['https://other.example/callback', `${consoleOrigin}/callback`],
        },
        { id: 'stranger', name: 'Shop', type: 'SPA', redirectUris: ['https://shop.example/callback'] },
      ],
      // More roles than fit on a page of the Management API.
      organizationRoles: Array.from({ length: 130 }, (_, index) => ({
        name: index === 3 ? 'admin' : `role-${index}`,
      })),
      hooks: [
        {
          id: 'theirhook',
          name: 'Events',
          events: ['User.Created', 'Scope.Created'],
          url: `${server}/api/webhooks/logto`,
          signingKey: 'their-own-signing-key',
        },
        {
          id: 'another',
          name: 'Elsewhere',
          events: ['User.Created'],
          url: 'https://other.example/hook',
          signingKey: 'another-key',
        },
      ],
    });
    await management().send(
      { method: 'PATCH', path: '/hooks/theirhook', body: { enabled: false } },
      z.unknown(),
    );
    const result = await connect(['--yes', '--json']);
    expect(changesOf(result)).toEqual([
      'updated application',
      'created API resource',
      'unchanged organization role',
      'updated webhook',
    ]);
    const { applications, hooks, organizationRoles } = await stateOf();
    const byId = new Map(applications.map((application) => [application.id, application]));
    expect(byId.get('theirs')).toMatchObject({
      name: 'Our access console',
      oidcClientMetadata: {
        redirectUris: ['https://other.example/callback', `${consoleOrigin}/callback`],
        postLogoutRedirectUris: [`${consoleOrigin}/`],
      },
    });
    expect(byId.get('stranger')?.oidcClientMetadata.redirectUris).toEqual(['https://shop.example/callback']);
    expect(organizationRoles).toHaveLength(130);
    expect(hooks.find(({ id }) => id === 'theirhook')).toMatchObject({
      name: 'Events',
      enabled: true,
      events: [...webhookEventNames],
    });
    expect(hooks.find(({ id }) => id === 'another')?.events).toEqual(['User.Created']);
    expect(await settings()).toMatchObject({
      LOGTO_APP_ID: 'theirs',
      LOGTO_WEBHOOK_SIGNING_KEYS: 'their-own-signing-key',
    });
  });

  test('finds the webhook of a server that has moved by its signing key', async () => {
    await seeded({
      hooks: [
        {
          id: 'ours',
          name: 'Sync',
          events: [...webhookEventNames],
          url: 'https://old.example/api/webhooks/logto?token=hidden',
          signingKey: 'ours-key',
        },
      ],
    });
    const result = await connect(['--yes', '--json'], {
      env: { LOGTO_WEBHOOK_SIGNING_KEYS: 'the-next-key, ours-key' },
    });
    expect(outputOf(result).steps.at(-1)?.differences).toEqual([
      `to ${server}/api/webhooks/logto, was https://old.example/api/webhooks/logto`,
    ]);
    expect((await stateOf()).hooks.map(({ config }) => config.url)).toEqual([`${server}/api/webhooks/logto`]);
    // Keeps both keys, because a rotation is in progress.
    expect((await settings())['LOGTO_WEBHOOK_SIGNING_KEYS']).toBe('ours-key,the-next-key');
  });

  test('preserves other settings in the file, readable only by its owner, and writes no keys to other files', async () => {
    await seeded();
    const before =
      '# Mine\nOTHER="with = and # in it"\nexport LOGTO_APP_ID=old\n\nLOGTO_APP_ID=older # the last one counts\nPERMIT_API_KEY=permit_key_x\n';
    await writeFile(inFolder('real'), before, { mode: 0o644 });
    await symlink(inFolder('real'), settingsFile());
    await connect(['--yes']);
    const text = await readFile(settingsFile(), 'utf8');
    expect(parseEnv(text)).toMatchObject({ OTHER: 'with = and # in it', PERMIT_API_KEY: 'permit_key_x' });
    expect(text.match(/LOGTO_APP_ID=/g)).toHaveLength(1);
    expect(text.startsWith('# Mine\nOTHER="with = and # in it"\n\nLOGTO_APP_ID=')).toBe(true);
    expect((await lstat(settingsFile())).isSymbolicLink()).toBe(true);
    expect((await stat(inFolder('real'))).mode & 0o777).toBe(0o600);
    expect((await readdir(inFolder())).toSorted()).toEqual(['.env', 'real']);
  });

  test('explains an interruption by Logto, and the next run continues from there', async () => {
    await seeded();
    const body = { code: 'hook.send_test_payload_failed', message: 'fetch failed' };
    logto.addFault({ method: 'POST', path: '/api/hooks', status: 422, body, count: 1 });
    await expect(connect(['--yes'])).rejects.toMatchObject({
      code: 'LOGTO_REFUSED',
      message: expect.stringContaining('hook.send_test_payload_failed: fetch failed'),
    });
    expect(await readdir(inFolder())).toEqual([]);
    const again = await connect(['--yes', '--json']);
    expect(changesOf(again)).toEqual([
      'unchanged application',
      'unchanged API resource',
      'unchanged organization role',
      'created webhook',
    ]);
    expect((await stateOf()).applications.filter(({ type }) => type === 'SPA')).toHaveLength(1);
  });
});

const spa = (id: string) => ({
  id,
  name: `Console ${id}`,
  type: 'SPA' as const,
  redirectUris: [`${consoleOrigin}/callback`],
});
const hook = (id: string) => ({
  id,
  name: id,
  events: ['User.Created' as const],
  url: `${server}/api/webhooks/logto`,
  signingKey: `${id}-key`,
});

describe('a conflicting object is reported, and nothing is changed', () => {
  test.each<[string, Seed, RegExp, CliOptions['env']?]>([
    [
      'two applications of the console',
      { applications: [spa('first'), spa('second')] },
      /Console second \(second\).*--app/s,
    ],
    ['two webhooks to the server', { hooks: [hook('first'), hook('second')] }, /first \(first\)/],
    [
      'a rotation, even if the environment has only the former key',
      { hooks: [hook('first'), hook('first (next key)')] },
      /latchkey rotate webhook-key/,
      { LOGTO_WEBHOOK_SIGNING_KEYS: 'first-key' },
    ],
    [
      'a rotation, even if the environment has only the next key',
      { hooks: [hook('first'), hook('first (next key)')] },
      /latchkey rotate webhook-key/,
      { LOGTO_WEBHOOK_SIGNING_KEYS: 'first (next key)-key' },
    ],
    [
      'an organization role for machines',
      { organizationRoles: [{ name: 'admin', type: 'MachineToMachine' }] },
      /for machines/,
    ],
  ])('%s', async (_, seed, message, env = {}) => {
    await seeded(seed);
    const before = await stateOf();
    await expect(connect(['--yes'], { env })).rejects.toMatchObject({
      code: 'LOGTO_SETUP_CONFLICT',
      message: expect.stringMatching(message),
    });
    expect(await stateOf()).toEqual(before);
    expect(await readdir(inFolder())).toEqual([]);
  });

  test('refuses an application of another type in the settings, and --app selects one', async () => {
    await seeded({
      applications: [spa('first'), spa('second'), { id: 'web', name: 'Web', type: 'Traditional' }],
    });
    await expect(connect(['--yes', '--app', 'web'])).rejects.toMatchObject({ code: 'LOGTO_SETUP_CONFLICT' });
    await connect(['--yes', '--app', 'second']);
    expect((await settings())['LOGTO_APP_ID']).toBe('second');
  });
});

describe('reports obstacles with a code and a fix', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['no machine-to-machine application', { LOGTO_M2M_APP_SECRET: '' }, 'SETTING_MISSING'],
    ['one without the role', { LOGTO_M2M_APP_ID: 'newcomer' }, 'LOGTO_MANAGEMENT_FORBIDDEN'],
    ['a wrong secret', { LOGTO_M2M_APP_SECRET: 'wrong' }, 'LOGTO_TOKEN_REFUSED'],
    [
      'a wrong Management API',
      { LOGTO_MANAGEMENT_RESOURCE: 'https://x.logto.app/api' },
      'LOGTO_MANAGEMENT_RESOURCE_UNKNOWN',
    ],
    ['a Logto that is not there', { LOGTO_ENDPOINT: 'http://127.0.0.1:9' }, 'LOGTO_UNREACHABLE'],
  ])('%s', async (_, env, code) => {
    await seeded();
    await expect(connect(['--yes'], { env })).rejects.toMatchObject({ code });
    expect(await readdir(inFolder())).toEqual([]);
  });

  test('distinguishes an outage of Logto from a wrong secret', async () => {
    await seeded();
    logto.addFault({ method: 'POST', path: '/oidc/token', status: 503, count: 1 });
    await expect(connect(['--yes'])).rejects.toMatchObject({ code: 'LOGTO_UNAVAILABLE' });
    logto.addFault({ method: 'GET', path: '/api/hooks', status: 500, count: 1 });
    await expect(connect(['--yes'])).rejects.toMatchObject({
      code: 'LOGTO_REFUSED',
      fix: expect.stringMatching(/^Run the command again later/),
    });
  });

  test('does not use emulator settings for another Logto', async () => {
    await seeded();
    const emulators = {
      LOGTO_M2M_APP_ID: 'latchkeystartmachine1',
      LOGTO_M2M_APP_SECRET: 'latchkeyDevelopmentMachineSecret',
    };
    await expect(connect(['--endpoint', 'https://acme.logto.app'], { env: emulators })).rejects.toMatchObject(
      { code: 'SETTING_MISSING', says: expect.stringContaining('the published development value') },
    );
  });

  test.each([
    ['--console', 'https://console.example/path'],
    ['--console', 'nonsense'],
    ['--server', 'ftp://x'],
    ['--wait', '-1'],
    ['--endpoint', '\0'],
  ])('refuses %s %j before any request', async (...args) => {
    await seeded();
    await expect(connect(args)).rejects.toMatchObject({ code: 'commander.invalidArgument' });
  });
});

describe('the test delivery', () => {
  let permit: Permit;
  let running: ServerProcess | undefined;
  afterEach(async () => {
    await running?.stop();
    running = undefined;
  });

  test('arrives when the server runs with the new settings, and a sign-up is then in Permit', async () => {
    await seeded();
    permit = await startPermit({ port: 0, pdpPort: 0, opaPort: 'off' });
    const ofPermit = {
      PERMIT_API_URL: permit.url,
      PERMIT_API_KEY: permit.keys.environment,
      PERMIT_PDP_URL: permit.pdpUrl,
    };
    await runCli(['policy', 'apply'], { env: ofPermit });
    const port = await freePort();
    const args = ['--console', consoleOrigin, '--server', `http://127.0.0.1:${port}`, '--json'];

    const early = await connectTo([...args, '--yes']);
    expect(early.code).toBe(1);
    expect(outputOf(early).delivery).toMatchObject({
      state: 'failed',
      says: expect.stringContaining('does not reach'),
    });

    const arriving = connectTo([...args, '--wait', '50'], { env: await settings() });
    const env = Object.entries({
      ...(await settings()),
      ...ofPermit,
      DATABASE_URL: await createDatabase(inject('postgresUrl')),
      PORT: String(port),
      SYNC_SWEEP_MINUTES: '0',
    });
    running = await startServerProcess(
      Object.fromEntries(env.filter((one): one is [string, string] => one[1] !== undefined)),
    );
    const arrived = await arriving;
    expect(outputOf(arrived).delivery).toMatchObject({ state: 'ok' });
    expect(arrived.code).toBe(0);

    const { id } = await management().send(
      { method: 'POST', path: '/users', body: { username: 'newcomer' } },
      z.object({ id: z.string() }),
    );
    await vi.waitFor(async () => {
      const answer = await fetch(`${permit.pdpUrl}/allowed`, {
        method: 'POST',
        headers: { authorization: `Bearer ${permit.keys.environment}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          user: { key: id },
          action: 'view',
          resource: { type: 'reports', tenant: 'default' },
        }),
      });
      expect(await answer.json()).toMatchObject({ allow: true });
    }, 60_000);
    await permit.close();
  });

  test('is repeated when Logto does not answer', async () => {
    await seeded();
    const other = await startReceiver(({ signature }) => (signature === undefined ? 401 : 200));
    logto.addFault({ method: 'POST', path: '/api/hooks/*', drop: true, count: 1 });
    const warned: string[] = [];
    const args = ['--server', other.url, '--yes', '--json', '--wait', '60'];
    const result = await connectTo(args, { warned });
    await other.close();
    expect(warned.join('\n')).toContain('does not answer');
    expect(outputOf(result).delivery).toMatchObject({ state: 'ok' });
  });

  test('suggests `webhook listen` for a private address, which newer versions of Logto refuse', async () => {
    await seeded({}, { refusePrivateWebhooks: true });
    const result = await connectTo(['--server', 'http://latchkey.localhost:3000', '--yes', '--json']);
    expect(result.code).toBe(1);
    expect(outputOf(result).delivery).toMatchObject({
      state: 'failed',
      fix: expect.stringContaining('latchkey webhook listen'),
    });
  });

  test('distinguishes a server with another key, another program, and one that accepts anything', async () => {
    await seeded();
    let status = 401;
    const other = await startReceiver(() => status);
    const says: (string | undefined)[] = [];
    for (status of [401, 404, 200]) {
      const result = await connectTo(['--server', other.url, '--yes', '--json']); // oxlint-disable-line no-await-in-loop -- sequential
      expect(result.code).toBe(1);
      says.push(outputOf(result).delivery?.says);
    }
    await other.close();
    expect(says).toEqual([
      expect.stringContaining('refuses the signature'),
      expect.stringContaining('answers 404'),
      expect.stringContaining('without a signature'),
    ]);
  });
});
