import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start, type Emulator } from '../start.ts';
import { authorization, createBrowser, requestToken } from '../testing/browser.ts';
import { seed, spa, manager, type Manage } from '../testing/fixtures.ts';
import { createReceiver, type Receiver } from '../testing/receiver.ts';

let receiver: Receiver;
let logto: Emulator;
let manage: Manage;
beforeEach(async () => {
  receiver = await createReceiver();
  logto = await start({
    seed: {
      ...seed,
      hooks: [{ id: 'hook', name: 'Hook', events: ['User.Created', 'PostSignIn'], url: receiver.url }],
    },
  });
  manage = await manager(logto);
});
afterEach(async () => {
  await logto.close();
  await receiver.close();
});

const control = async (method: string, path: string, body?: object) => {
  const response = await fetch(`${logto.url}/_emulator${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
};
const createUser = (username: string) => manage('POST', '/users', { username });
const names = () => receiver.received.map(({ event }) => Object(event['data']).username);

test('the token endpoint and the Management API fail on demand, and recover', async () => {
  const fault = await control('POST', '/faults', {
    method: 'post',
    path: '/oidc/token',
    status: 503,
    count: 1,
  });
  expect(fault.status).toBe(201);
  const ask = () =>
    requestToken(logto.url, {
      grant_type: 'client_credentials',
      client_id: 'm2m-app',
      client_secret: 'm2m-secret',
      resource: logto.managementApi.resource,
    });
  expect((await ask()).status).toBe(503);
  expect((await ask()).status).toBe(200);
  logto.addFault({ method: 'GET', path: '/api/*', status: 429, headers: { 'retry-after': '1' } });
  expect((await manage('GET', '/users')).status).toBe(429);
  expect((await control('GET', '/faults')).body).toHaveLength(1);
  expect((await control('DELETE', '/faults')).status).toBe(204);
  expect((await manage('GET', '/users')).status).toBe(200);
});

test.each([{ sttus: 500 }, { status: 100 }, { count: 1 }, { delay: 3_000_000_000 }])(
  'the fault %j, which could not apply, is refused',
  async (fault) => expect((await control('POST', '/faults', fault)).status).toBe(400),
);

test('deliveries are dropped, duplicated and corrupted on demand', async () => {
  await control('POST', '/webhook-faults', { kind: 'drop', count: 1 });
  await createUser('lost');
  logto.addWebhookFault({ kind: 'duplicate', event: 'User.Created', count: 1 });
  await createUser('doubled');
  await receiver.arrived(2);
  logto.addWebhookFault({ kind: 'corrupt', count: 1 });
  await createUser('spoilt');
  await receiver.arrived(3);
  await createUser('fine');
  await receiver.arrived(4);
  const signed = (index: number) => {
    const { body = '', headers } = receiver.received[index] ?? {};
    const [hook] = logto.hooks;
    return (
      createHmac('sha256', hook?.signingKey ?? '')
        .update(body)
        .digest('hex') === headers?.['logto-signature-sha-256']
    );
  };
  expect(names()).toEqual(['doubled', 'doubled', 'spoilt', 'fine']);
  expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
  expect([0, 1, 2, 3].map(signed)).toEqual([true, true, false, true]);
  const logs = await manage('GET', '/hooks/hook/recent-logs');
  expect(logs.headers.get('total-number')).toBe('4');
});

test('a later delivery overtakes an earlier one on demand', async () => {
  await control('POST', '/webhook-faults', { kind: 'reorder', count: 1, milliseconds: 10_000 });
  await createUser('first');
  await createUser('second');
  await receiver.arrived(2);
  expect(names()).toEqual(['second', 'first']);
});

test('a reordered delivery without a successor is sent after its waiting time', async () => {
  logto.addWebhookFault({ kind: 'reorder', count: 1, milliseconds: 20 });
  logto.addWebhookFault({ kind: 'delay', count: 1, milliseconds: 20 });
  await createUser('alone');
  await receiver.arrived(1);
  await createUser('late');
  await receiver.arrived(2);
  expect(names()).toEqual(['alone', 'late']);
});

test('the clock can be set and advanced', async () => {
  expect((await control('PUT', '/clock', { offset: 60_000 })).body.offset).toBe(60_000);
  expect((await control('PUT', '/clock', { advance: 5000 })).body.offset).toBe(65_000);
  expect((await control('PUT', '/clock', { advance: 1e300 })).status).toBe(400);
  const { createdAt } = Object((await createUser('later')).body);
  expect(createdAt).toBeGreaterThan(Date.now() + 60_000);
});

test('a reset restores the initial state, and everything works', async () => {
  const before = await manage('GET', '/hooks');
  await createUser('gone');
  await manage('DELETE', '/users/bob000000000');
  await control('POST', '/faults', { path: '/api/users', status: 500 });
  await control('PUT', '/clock', { offset: 60_000 });
  await control('PUT', '/sign-in-as', { user: 'ada' });
  await receiver.arrived(1);
  expect((await control('POST', '/reset')).status).toBe(204);

  expect((await control('GET', '/faults')).body).toEqual([]);
  expect((await control('GET', '/clock')).body.offset).toBe(0);
  const { body } = await manage('GET', '/users');
  expect(Object(body).map(({ username }: { username: string }) => username)).toEqual(['eve', 'bob', 'ada']);
  const [hook] = Object((await manage('GET', '/hooks')).body);
  const [old] = Object(before.body);
  expect([hook.id, hook.signingKey]).toEqual([old.id, old.signingKey]);
  expect((await manage('GET', '/hooks/hook/recent-logs')).body).toEqual([]);

  const page = await createBrowser(logto.url).open(authorization(spa(logto.url)).url);
  expect(page.text).toContain('action="/sign-in');
  await createUser('again');
  await logto.signIn('ada');
  await logto.settled();
  expect(receiver.received.map(({ event }) => event['event'])).toEqual([
    'User.Created',
    'User.Created',
    'PostSignIn',
  ]);
});

test('a configured user is signed in without a page', async () => {
  await control('PUT', '/sign-in-as', { user: 'bob' });
  const { leaves } = await createBrowser(logto.url).open(authorization(spa(logto.url)).url);
  expect(leaves?.searchParams.get('code')).toBeTruthy();
  await control('PUT', '/sign-in-as', { user: null });
  const page = await createBrowser(logto.url).open(authorization(spa(logto.url)).url);
  expect(page.text).toContain('action="/sign-in');
});

test('an application can name the user in its request', async () => {
  const { leaves } = await createBrowser(logto.url).open(
    authorization(spa(logto.url), { emulator_user: 'ada@example.test' }).url,
  );
  expect(leaves?.searchParams.get('code')).toBeTruthy();
  const suspended = await createBrowser(logto.url).open(
    authorization(spa(logto.url), { emulator_user: 'eve' }).url,
  );
  expect(suspended.text).toContain('This account is suspended');
});

test('tokens are available over HTTP', async () => {
  const { body } = await control('POST', '/tokens', { user: 'ada', organizationId: 'acme00000000' });
  expect(body).toMatchObject({
    accessToken: expect.any(String),
    refreshToken: expect.any(String),
    expiresIn: 3600,
  });
  const refused = await control('POST', '/tokens', { user: 'nobody' });
  expect([refused.status, refused.body.code]).toEqual([422, 'SIGN_IN_FAILED']);
  await expect(logto.signIn('eve')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
});

test('keys rotate over HTTP', async () => {
  const { body } = await control('POST', '/keys/rotate', { algorithm: 'RSA' });
  expect(body.keys.map(({ kty }: { kty: string }) => kty)).toEqual(['RSA', 'EC']);
});
