import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { start as startLogto, type Emulator as Logto } from '@latchkey/logto-emulator';
import { start as startPermit, type Emulator as Permit } from '@latchkey/permit-emulator';
import { freePort, startServerProcess, type ServerProcess } from '@latchkey/server-process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ServerEnvironment } from '../env.ts';
import { connectServer } from '../server/connect-server.ts';
import { startReceiver } from '../testing/receiver.ts';
import { runCli, useFolder } from '../testing/run-cli.ts';
import { machine, settingsFor } from '../testing/setup-logto.ts';

const inFolder = useFolder();
let logto: Logto;
let permit: Permit;
let server: ServerProcess | undefined;
beforeEach(async () => {
  [logto, permit] = await Promise.all([
    startLogto({ seed: { applications: [machine], users: [{ id: 'founder', username: 'founder' }] } }),
    startPermit({ port: 0, pdpPort: 0, opaPort: 'off' }),
  ]);
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  await Promise.all([logto.close(), permit.close()]);
});

const settingsFile = (): string => inFolder('.env');
async function settings(): Promise<Record<string, string>> {
  const all = Object.entries(parseEnv(await readFile(settingsFile(), 'utf8')));
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

test('sets everything up by questions in a terminal, until all checks pass', async () => {
  const port = await freePort();
  const asked: string[] = [];
  const answers: readonly [RegExp, () => string | Promise<string>][] = [
    [/^Permit's API/, () => permit.url],
    [/^The environment's API key/, () => permit.keys.environment],
    [/^The PDP/, () => permit.pdpUrl],
    // After invalid input, `init` asks again.
    [
      /^Logto,/,
      () => (asked.filter((question) => question.startsWith('Logto,')).length === 1 ? 'nonsense' : logto.url),
    ],
    [/^The App ID/, () => machine.id],
    [/^Its secret/, () => machine.secret],
    [
      /^The URL of the console/,
      () => (asked.at(-2)?.startsWith('The URL of the console') === true ? 'HTTP://LocalHost:5173/' : ''),
    ],
    [/^The URL by which Logto/, () => `http://127.0.0.1:${port}`],
    [/^The first administrator/, () => 'founder'],
    [
      /^Start the server/,
      async () => {
        server = await startServerProcess({
          ...(await settings()),
          PORT: String(port),
          SYNC_SWEEP_MINUTES: '0',
        });
        return '';
      },
    ],
  ];
  const secrets: string[] = [];
  const warned: string[] = [];
  const { code, printed } = await runCli(['init', '--settings', settingsFile()], {
    warned,
    env: {
      CONSOLE_URL: 'http://a.path/console',
      // The former values, which the answers replace.
      LOGTO_ENDPOINT: 'http://127.0.0.1:9',
      LOGTO_API_RESOURCE: 'https://former.example',
      LATCHKEY_URL: 'http://127.0.0.1:9',
    },
    confirm: async () => true,
    async ask(question, isSecret = false) {
      asked.push(question);
      if (isSecret) secrets.push(question);
      const found = answers.find(([pattern]) => pattern.test(question));
      if (found === undefined) throw new Error(`An unexpected question: ${question}`);
      return found[1]();
    },
  });
  const examined = printed.slice(printed.indexOf('\nExamination') + 1);
  expect(examined.filter((line) => /^[✗–]/.test(line))).toEqual([]);
  expect(examined).toContainEqual(expect.stringMatching(/^✓ Server access/));
  expect(code).toBe(0);
  expect(secrets).toHaveLength(2);
  expect(warned).toEqual([
    'LOGTO_ENDPOINT must be an http(s) URL.',
    'CONSOLE_URL must be an origin such as https://console.example, without a path.',
  ]);
  expect((await settings())['CONSOLE_URL']).toBe('http://localhost:5173');
  expect(printed).toContain('founder now has the role admin in default.');
  // The changes that were made before the server ran are in its audit log.
  const api = connectServer(ServerEnvironment.parse({ ...(await settings()), LATCHKEY_URL: server?.url }));
  await vi.waitFor(async () => {
    const { events } = await api.call(({ audit }) => audit.list.query({ channel: 'cli' }));
    expect(events.map(({ action, subject }) => [action, subject]).toReversed()).toEqual([
      ['policy.apply', null],
      ['role.assign', 'founder'],
      ['role.assign', machine.id],
    ]);
  }, 60_000);
  const output = [...printed, ...warned, ...asked].join('\n');
  for (const value of [
    machine.secret,
    permit.keys.environment,
    (await settings())['LOGTO_WEBHOOK_SIGNING_KEYS'],
  ])
    expect(output).not.toContain(value);

  // In a second run, Enter accepts the current values, and nothing changes.
  const before = await readFile(settingsFile(), 'utf8');
  const again = await runCli(['init', '--settings', settingsFile()], {
    env: await settings(),
    confirm: async () => false,
    ask: async () => '',
  });
  expect(again.code).toBe(0);
  expect(await readFile(settingsFile(), 'utf8')).toBe(before);
});

test('secrets in files are not written into the settings, and a new signing key is written into its file', async () => {
  const secrets = {
    PERMIT_API_KEY: permit.keys.environment,
    LOGTO_M2M_APP_SECRET: machine.secret,
    LOGTO_WEBHOOK_SIGNING_KEYS: 'former',
  };
  const env: Record<string, string> = {
    PERMIT_API_URL: permit.url,
    PERMIT_PDP_URL: permit.pdpUrl,
    LOGTO_ENDPOINT: logto.url,
    LOGTO_M2M_APP_ID: machine.id,
    LATCHKEY_URL: `http://127.0.0.1:${await freePort()}`,
  };
  for (const [name, secret] of Object.entries(secrets)) {
    await writeFile(inFolder(name), `${secret}\n`); // oxlint-disable-line no-await-in-loop -- three
    env[`${name}_FILE`] = inFolder(name);
  }
  const { printed } = await runCli(['init', '--settings', settingsFile()], {
    env,
    confirm: async () => true,
    ask: async () => '',
  });
  const written = await settings();
  expect(Object.keys(written).filter((name) => name in secrets)).toEqual([]);
  expect(await readFile(env['LOGTO_WEBHOOK_SIGNING_KEYS_FILE'] ?? '', 'utf8')).toMatch(/^\S+,former\n$/);
  expect(printed).toContain("✓ Webhook signing key: the webhook's own.");
  // Other commands accept the written settings together with the variable of the secret's file.
  const again = await runCli(['connect', 'permit', '--settings', settingsFile()], {
    env: { ...written, ...env },
  });
  expect(again.code).toBe(0);
});

test('Ctrl-C during the final checks ends it with a message, and by the signal', async () => {
  const requested = Promise.withResolvers<void>();
  const silent = await startReceiver(() => {
    requested.resolve();
    return new Promise(() => {});
  });
  // A terminal, without the emulation of its raw mode.
  const terminal = ['--import', 'data:text/javascript,process.stdin.isTTY=true'];
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [...terminal, main, 'init', '--settings', settingsFile()], {
    cwd: inFolder(),
    env: {
      PERMIT_API_URL: permit.url,
      PERMIT_PDP_URL: permit.pdpUrl,
      PERMIT_API_KEY: permit.keys.environment,
      ...settingsFor(logto),
      LATCHKEY_URL: silent.url,
    },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
    if (/: \S*$/.test(chunk)) child.stdin.write('\n');
    if (chunk.includes('(y/N)')) child.stdin.write('y\n');
  });
  const exited = once(child, 'close');
  await requested.promise;
  child.kill('SIGINT');
  expect(await exited).toEqual([null, 'SIGINT']);
  expect(errors).toContain('Stopped. Any changes made so far stay; run the command again to continue.');
  await silent.close();
});

test('an unknown Permit key stops it before the questions about Logto, and writes nothing', async () => {
  const asked: string[] = [];
  const { code } = await runCli(['init', '--settings', settingsFile()], {
    env: { PERMIT_API_URL: permit.url, PERMIT_PDP_URL: permit.pdpUrl, PERMIT_API_KEY: 'permit_key_unknown' },
    confirm: async () => true,
    async ask(question) {
      asked.push(question);
      return '';
    },
  });
  expect(code).toBe(1);
  expect(asked.some((question) => question.startsWith('Logto'))).toBe(false);
  expect(await readdir(inFolder())).toEqual([]);
});

test('without a terminal, lists the equivalent commands', async () => {
  await expect(runCli(['init'])).rejects.toMatchObject({ code: 'TERMINAL_NEEDED' });
});
