import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { start as startLogto, type Emulator as Logto } from '@latchkey/logto-emulator';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Hook } from '../connect/logto-state.ts';
import type { Management } from '../connect/management.ts';
import { startReceiver, type Receiver } from '../testing/receiver.ts';
import { runCli } from '../testing/run-cli.ts';
import { machine, managementOf, settingsFor } from '../testing/setup-logto.ts';

const signingKey = 'the-signing-key-of-the-hook';
const former = 'https://console.example/api/webhooks/logto';

let logto: Logto;
let management: Management;
let server: Receiver;
let received: string[];
let isAccepting: boolean;

const Delivered = z.object({ event: z.string() });

beforeEach(async () => {
  received = [];
  isAccepting = true;
  server = await startReceiver(({ body, isSignedBy }) => {
    if (!isSignedBy(signingKey)) return 401;
    received.push(Delivered.parse(JSON.parse(body)).event);
    return isAccepting ? 200 : 401;
  });
  logto = await startLogto({
    seed: {
      applications: [machine],
      hooks: [{ id: 'sync', name: 'Sync', events: ['User.Created'], url: former, signingKey }],
    },
  });
  management = managementOf(logto);
});
afterEach(async () => {
  await logto.close();
  await server.close();
});

const urlNow = async () => (await management.get('/hooks/sync', Hook)).config.url;
const setUrl = (url: string) =>
  management.send({ method: 'PATCH', path: '/hooks/sync', body: { config: { url } } }, z.unknown());

const envOf = () => ({ ...settingsFor(logto), LOGTO_WEBHOOK_SIGNING_KEYS: signingKey });

function expose(interruption: AbortSignal, args: readonly string[] = ['--public-url', server.url]) {
  const warned: string[] = [];
  return { warned, result: runCli(['webhook', 'expose', ...args], { env: envOf(), interruption, warned }) };
}

test("deliveries arrive at the public address until Ctrl-C, which restores the webhook's URL", async () => {
  const stop = new AbortController();
  const { warned, result } = expose(stop.signal);
  await vi.waitFor(() => expect(received).toEqual(['PostRegister']), 60_000);
  await management.send({ method: 'POST', path: '/users', body: { username: 'newcomer' } }, z.unknown());
  await vi.waitFor(() => expect(received).toContain('User.Created'), 60_000);
  stop.abort();
  expect((await result).code).toBe(0);
  expect(await urlNow()).toBe(former);
  expect(warned.join('\n')).toContain('again');
  expect([...warned, ...(await result).printed].join('\n')).not.toContain(signingKey);
});

test("reports an unreachable address with the reason, and restores the webhook's URL", async () => {
  isAccepting = false;
  await expect(
    expose(new AbortController().signal, ['--public-url', server.url, '--wait', '0']).result,
  ).rejects.toMatchObject({ code: 'WEBHOOK_NOT_REACHED' });
  expect(await urlNow()).toBe(former);
});

test('Ctrl-C while it waits restores the URL and is not a failure', async () => {
  isAccepting = false;
  const stop = new AbortController();
  const { warned, result } = expose(stop.signal);
  await vi.waitFor(() => expect(warned.join()).toContain('Trying'), 60_000);
  stop.abort();
  expect((await result).code).toBe(0);
  expect(await urlNow()).toBe(former);
});

test('a closed terminal restores the URL', async () => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'webhook', 'expose', '--public-url', server.url], {
    env: envOf(),
    stdio: 'ignore',
  });
  await vi.waitFor(() => expect(received).toEqual(['PostRegister']), 60_000);
  child.kill('SIGHUP');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(await urlNow()).toBe(former);
});

test('prints the former URL before it changes it, and again if it cannot restore it', async () => {
  const stop = new AbortController();
  const { warned, result } = expose(stop.signal);
  await vi.waitFor(() => expect(received).toEqual(['PostRegister']), 60_000);
  expect(warned[0]).toContain(former);
  logto.addFault({ method: 'PATCH', path: '/api/hooks/sync', status: 500, count: 1 });
  stop.abort();
  await expect(result).rejects.toMatchObject({
    code: 'WEBHOOK_NOT_RESTORED',
    message: expect.stringContaining(former),
  });
});

test('does not overwrite a URL set in the meantime', async () => {
  const stop = new AbortController();
  const { warned, result } = expose(stop.signal);
  await vi.waitFor(() => expect(received).toEqual(['PostRegister']), 60_000);
  await setUrl('https://other.example/hook?key=secret');
  stop.abort();
  await result;
  expect(await urlNow()).toBe('https://other.example/hook?key=secret');
  expect(warned.join('\n')).toContain('https://other.example/hook');
  expect(warned.join('\n')).not.toContain('secret');
});

test.each([
  [[], 'SETTING_MISSING'],
  [['--tunnel'], 'SETTING_MISSING'],
  [['--public-url', 'http://127.0.0.1:9', '--hook', 'none'], 'LOGTO_SETUP_CONFLICT'],
])('refuses %j with %s, and changes nothing', async (args, code) => {
  await expect(expose(new AbortController().signal, args).result).rejects.toMatchObject({ code });
  expect(await urlNow()).toBe(former);
});

test('a tunnel needs a token and the package, and reports what is missing', async () => {
  const env = { ...envOf(), LATCHKEY_URL: server.url };
  await expect(runCli(['webhook', 'expose', '--tunnel'], { env })).rejects.toThrow('NGROK_AUTHTOKEN');
  await expect(
    runCli(['webhook', 'expose', '--tunnel'], { env: { ...env, NGROK_AUTHTOKEN: 'a-token' } }),
  ).rejects.toMatchObject({ code: 'TUNNEL_UNAVAILABLE' });
  expect(await urlNow()).toBe(former);
});
