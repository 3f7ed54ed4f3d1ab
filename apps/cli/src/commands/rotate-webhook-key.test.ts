import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { webhookEventNames } from '@latchkey/directory-sync';
import { start as startLogto, type Emulator as Logto } from '@latchkey/logto-emulator';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readLogtoState } from '../connect/logto-state.ts';
import type { Management } from '../connect/management.ts';
import { startReceiver, type Receiver } from '../testing/receiver.ts';
import { runCli, type CliOptions, useFolder } from '../testing/run-cli.ts';
import { machine, managementOf, settingsFor } from '../testing/setup-logto.ts';

const oldKey = 'the-former-signing-key';

const inFolder = useFolder();
let logto: Logto;
let receiver: Receiver;
let management: Management;
/** The users from the accepted deliveries, each with the key that signed its delivery. */
let accepted: Map<string, string>;
/** The keys that the receiver accepts. A real server reads them at start-up. */
let keys: readonly string[];

const settingsFile = (): string => inFolder('.env');
const readKeys = async (): Promise<string[]> =>
  (parseEnv(await readFile(settingsFile(), 'utf8'))['LOGTO_WEBHOOK_SIGNING_KEYS'] ?? '').split(',');
const Delivered = z.object({ event: z.string(), data: z.object({ id: z.string() }).optional() });

beforeEach(async () => {
  accepted = new Map();
  keys = [oldKey];
  receiver = await startReceiver(({ body, isSignedBy }) => {
    const signer = keys.find(isSignedBy);
    if (signer === undefined) return 401;
    const { data } = Delivered.parse(JSON.parse(body));
    if (data !== undefined) accepted.set(data.id, signer);
    return 200;
  });
  logto = await startLogto({
    seed: {
      applications: [machine],
      hooks: [
        {
          id: 'former',
          name: 'Sync',
          events: [...webhookEventNames],
          url: `${receiver.url}/api/webhooks/logto`,
          signingKey: oldKey,
        },
        {
          id: 'another',
          name: 'Elsewhere',
          events: ['User.Created'],
          url: 'http://127.0.0.1:9/x',
          signingKey: 'theirs',
        },
      ],
    },
  });
  management = managementOf(logto);
  await writeFile(settingsFile(), `LOGTO_WEBHOOK_SIGNING_KEYS=${oldKey}\n`);
});
afterEach(async () => {
  await logto.close();
  await receiver.close();
});

const rotate = (...args: string[]) => rotateWith({}, ...args);

async function rotateWith({ env, interruption }: CliOptions, ...args: string[]) {
  const warned: string[] = [];
  const set = {
    ...settingsFor(logto),
    ...(env ?? { LOGTO_WEBHOOK_SIGNING_KEYS: (await readKeys()).join(',') }),
  };
  const always = '--yes --json --attempts 2 --grace 1'.split(' ');
  const all = ['rotate', 'webhook-key', '--settings', settingsFile(), ...always, ...args];
  const { code, printed } = await runCli(all, { env: set, warned, ...(interruption && { interruption }) });
  const { stage } = z.object({ stage: z.string() }).parse(JSON.parse(printed.join('')));
  return { code, stage, output: [...printed, ...warned].join('\n') };
}

const hooks = async () => (await readLogtoState(management)).hooks.filter(({ id }) => id !== 'another');

test('refuses no delivery while users sign up and the server gets the next key', async () => {
  const created: string[] = [];
  const stop = new AbortController();
  const signUps = (async () => {
    while (!stop.signal.aborted) {
      const body = { username: `user${created.length}` };
      const user = await management.send(
        { method: 'POST', path: '/users', body },
        z.object({ id: z.string() }),
      ); // oxlint-disable-line no-await-in-loop -- sequential
      created.push(user.id);
      await sleep(20); // oxlint-disable-line no-await-in-loop
    }
  })();
  // Simulates a server that restarts half a second after the settings get another key.
  const restart = vi
    .waitFor(async () => expect(await readKeys()).toHaveLength(2), 60_000)
    .then(async () => {
      await sleep(500);
      keys = await readKeys();
    });
  const { code, stage, output } = await rotate('--wait', '600');
  await restart;
  const [nextKey] = await readKeys();
  await vi.waitFor(() => expect(new Set(accepted.values())).toEqual(new Set([oldKey, nextKey])), 60_000);
  stop.abort();
  await signUps;

  expect({ code, stage }).toEqual({ code: 0, stage: 'done' });
  const [only, ...others] = await hooks();
  expect(others).toEqual([]);
  expect(only).toMatchObject({ name: 'Sync', enabled: true, events: [...webhookEventNames] });
  expect(only?.signingKey).not.toBe(oldKey);
  expect(await readKeys()).toEqual([only?.signingKey]);
  for (const key of [oldKey, only?.signingKey, machine.secret]) expect(output).not.toContain(key);
  await vi.waitFor(() => expect(created.filter((id) => !accepted.has(id))).toEqual([]), 60_000);
});

test('a server without the next key in time keeps the former one, and the next run continues', async () => {
  const first = await rotate('--wait', '0');
  expect(first).toMatchObject({ code: 2, stage: 'waiting' });
  const waiting = await hooks();
  expect(waiting.map(({ name, enabled }) => `${name} ${enabled}`).toSorted()).toEqual([
    'Sync (next key) false',
    'Sync true',
  ]);
  const bothKeys = await readKeys();
  expect(new Set(bothKeys)).toEqual(new Set(waiting.map(({ signingKey }) => signingKey)));

  // A run that is too early creates nothing.
  expect((await rotate('--wait', '0')).stage).toBe('waiting');
  expect((await hooks()).map(({ id }) => id).toSorted()).toEqual(waiting.map(({ id }) => id).toSorted());

  keys = bothKeys;
  // The name of the former webhook identifies it, even if the settings have lost its key.
  await writeFile(settingsFile(), `LOGTO_WEBHOOK_SIGNING_KEYS=${bothKeys[0]}\n`);
  expect((await rotate('--wait', '0')).stage).toBe('done');
  expect((await hooks()).map(({ name }) => name)).toEqual(['Sync']);
});

test.each([
  ['PATCH', '/api/hooks/former', 'while the former one is switched off'],
  ['DELETE', '/api/hooks/former', 'while the former one is removed'],
  ['PATCH', '/api/hooks/:next', 'while it takes the name'],
])('after a failing %s %s (%s), the same command completes the rotation', async (method, path) => {
  await rotate('--wait', '0');
  keys = await readKeys();
  const next = (await hooks()).find(({ id }) => id !== 'former');
  // The first PATCH of the next webhook enables it.
  const isRename = path.endsWith(':next');
  if (isRename) {
    await management.send(
      { method: 'PATCH', path: `/hooks/${next?.id}`, body: { enabled: true } },
      z.unknown(),
    );
    await management.send({ method: 'PATCH', path: '/hooks/former', body: { enabled: false } }, z.unknown());
  }
  logto.addFault({ method, path: path.replace(':next', next?.id ?? ''), status: 500, count: 1 });
  await expect(rotate('--wait', '0')).rejects.toMatchObject({ code: 'LOGTO_REFUSED' });
  expect((await hooks()).some(({ enabled }) => enabled)).toBe(true);
  expect((await rotate('--wait', '0')).stage).toBe('done');
  expect((await hooks()).map(({ name, enabled }) => ({ name, enabled }))).toEqual([
    { name: 'Sync', enabled: true },
  ]);
  expect(await readKeys()).toEqual([next?.signingKey]);
});

test('retains a webhook of another receiver that has the name of the former one', async () => {
  await rotate('--wait', '0');
  const next = (await hooks()).find(({ id }) => id !== 'former');
  const send = (method: 'DELETE' | 'PATCH', path: string, body?: object) =>
    management.send({ method, path, ...(body && { body }) }, z.unknown());
  await send('PATCH', `/hooks/${next?.id}`, { enabled: true });
  await send('DELETE', '/hooks/former');
  await send('PATCH', '/hooks/another', { name: 'Sync' });
  await writeFile(settingsFile(), `LOGTO_WEBHOOK_SIGNING_KEYS=${next?.signingKey}\n`);
  expect((await rotate('--wait', '0')).stage).toBe('done');
  const { hooks: all } = await readLogtoState(management);
  expect(all.map(({ id, enabled }) => `${id} ${enabled}`).toSorted()).toEqual(
    ['another true', `${next?.id} true`].toSorted(),
  );
});

test("reports failed deliveries in the former webhook's log before deleting it", async () => {
  keys = [];
  await management.send({ method: 'POST', path: '/users', body: { username: 'lost' } }, z.unknown());
  await rotate('--wait', '0');
  keys = await readKeys();
  await expect(rotate('--wait', '0')).rejects.toMatchObject({ code: 'ROTATION_FAILED_DELIVERIES' });
  expect((await hooks()).map(({ id }) => id)).toContain('former');
  expect((await rotate('--wait', '0', '--remove-failed')).stage).toBe('done');
});

test('refuses to enable the next webhook without a test delivery', async () => {
  await expect(rotate('--attempts', '0')).rejects.toThrow('Must be from 1 to 9999 deliveries.');
  expect(await hooks()).toHaveLength(1);
});

test('a key that no webhook has is a conflict, and nothing is changed', async () => {
  await writeFile(settingsFile(), 'LOGTO_WEBHOOK_SIGNING_KEYS=unknown\n');
  await expect(rotate()).rejects.toMatchObject({ code: 'LOGTO_SETUP_CONFLICT' });
  expect(await hooks()).toHaveLength(1);
});

test('writes the keys into their own file, and not into the settings', async () => {
  const before = await readFile(settingsFile(), 'utf8');
  const file = inFolder('keys');
  await writeFile(file, `${oldKey}\n`);
  const env = { LOGTO_WEBHOOK_SIGNING_KEYS_FILE: file };
  expect((await rotateWith({ env }, '--wait', '0')).stage).toBe('waiting');
  keys = (await readFile(file, 'utf8')).trim().split(',');
  expect(keys).toHaveLength(2);
  expect((await rotateWith({ env }, '--wait', '0')).stage).toBe('done');
  expect(await readFile(file, 'utf8')).toBe(`${(await hooks())[0]?.signingKey}\n`);
  expect(await readFile(settingsFile(), 'utf8')).toBe(before);
});

test('after Ctrl-C nothing is enabled or deleted, even if test deliveries arrive', async () => {
  await rotate('--wait', '0');
  keys = await readKeys();
  const before = await hooks();
  const stopped = await rotateWith({ interruption: AbortSignal.abort() });
  expect(stopped).toMatchObject({ code: 2, stage: 'waiting' });
  expect(await hooks()).toEqual(before);
});
