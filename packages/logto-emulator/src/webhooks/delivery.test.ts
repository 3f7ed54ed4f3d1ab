import { createHmac } from 'node:crypto';
import { listen, type Listening } from '@latchkey/emulator-kit';
import { afterEach, expect, test } from 'vitest';
import { start, type Emulator, type StartOptions } from '../start.ts';
import { manager, type Manage } from '../testing/fixtures.ts';
import { createReceiver, type Receiver } from '../testing/receiver.ts';
import { hookEvents } from './events.ts';

let open: { close(): Promise<void> }[] = [];
let logto: Emulator;
let manage: Manage;
afterEach(async () => {
  for (const each of open.toReversed()) await each.close(); // oxlint-disable-line no-await-in-loop -- the emulator before its receivers
  open = [];
});

async function receiver(status = 200): Promise<Receiver> {
  const created = await createReceiver(status);
  open.push(created);
  return created;
}

async function begin(url: string, options: StartOptions = {}): Promise<void> {
  const hooks = [
    {
      id: 'hook',
      name: 'Hook',
      events: [...hookEvents],
      url,
      headers: { 'x-custom': 'yes' },
      signingKey: 'key',
    },
  ];
  logto = await start({ seed: { hooks }, ...options });
  open.push(logto);
  manage = await manager(logto);
}

const createUser = (username = 'ada') => manage('POST', '/users', { username });
const logs = async (query = '') => {
  const { body, headers } = await manage('GET', `/hooks/hook/recent-logs${query}`);
  return { logs: Array.isArray(body) ? body : [], total: headers.get('total-number') };
};

test('a delivery carries the custom headers of its hook', async () => {
  const target = await receiver();
  await begin(target.url);
  await createUser();
  const [delivery] = await target.arrived(1);
  expect(delivery?.headers).toMatchObject({
    'x-custom': 'yes',
    'content-length': String(delivery?.body.length),
  });
});

test.each([500, 503, 429, 404])('a %d is not retried, and is logged as an error', async (status) => {
  const target = await receiver(status);
  await begin(target.url);
  await createUser();
  await logto.settled();
  expect(target.received).toHaveLength(1);
  const [log] = (await logs()).logs;
  expect(log).toMatchObject({
    key: 'TriggerHook.User.Created',
    payload: { result: 'Error', hookId: 'hook', response: { statusCode: status, body: { ok: true } } },
  });
  expect(log.payload.error).toContain(String(status));
});

test('with retries, a 5xx is retried three times with the same body; a 4xx is not', async () => {
  const target = await receiver(502);
  await begin(target.url, { webhookRetries: 3 });
  await createUser();
  await logto.settled();
  expect(target.received).toHaveLength(4);
  expect(new Set(target.received.map(({ body }) => body)).size).toBe(1);
  const refusing = await receiver(400);
  await manage('PATCH', '/hooks/hook', { config: { url: refusing.url } });
  await createUser('bob');
  await logto.settled();
  expect(refusing.received).toHaveLength(1);
});

test('an unreachable endpoint is logged without a response', async () => {
  await begin('http://127.0.0.1:9/');
  await createUser();
  await logto.settled();
  const [log] = (await logs()).logs;
  expect(log.payload.result).toBe('Error');
  expect(log.payload).not.toHaveProperty('response');
});

test.each(['127.0.0.1', 'localhost', '[::1]'])(
  'with refusePrivateWebhooks, nothing is sent to %s, retries included; the log and a test delivery report it',
  async (host) => {
    const target = await receiver();
    const url = target.url.replace(/127\.0\.0\.1|localhost/, host);
    await begin(url, { refusePrivateWebhooks: true, webhookRetries: 3 });
    await createUser();
    await logto.settled();
    const [log] = (await logs()).logs;
    expect(log.payload.result).toBe('Error');
    expect(log.payload).not.toHaveProperty('response');
    const tested = await manage('POST', '/hooks/hook/test', { events: ['User.Created'], config: { url } });
    expect(tested).toMatchObject({ status: 422, body: { code: 'hook.send_test_payload_failed' } });
    expect(target.received).toEqual([]);
  },
);

test('307 sends the body again, 302 sends a GET without it, and both count as delivered', async () => {
  const target = await receiver();
  let method = '';
  const redirecting: Listening = await listen(
    (request, response) => {
      method = request.method ?? '';
      response.writeHead(request.url === '/307' ? 307 : 302, {
        location: request.url === '/307' ? target.url : '/ok',
      });
      if (request.url === '/ok') response.writeHead(200);
      response.end();
    },
    { port: 0 },
  );
  open.push(redirecting);
  await begin(`${redirecting.url}/307`);
  await createUser();
  await target.arrived(1);
  await logto.settled();
  expect((await logs()).logs[0].payload.result).toBe('Success');
  expect(method).toBe('POST');
});

test('a disabled hook, and a hook for other events, receives nothing', async () => {
  const target = await receiver();
  await begin(target.url);
  await manage('PATCH', '/hooks/hook', { enabled: false });
  await createUser();
  await manage('PATCH', '/hooks/hook', { enabled: true, events: ['User.Deleted'] });
  await createUser('bob');
  await logto.settled();
  expect(target.received).toHaveLength(0);
});

test('up to ten requests run concurrently, and all arrive', async () => {
  const target = await receiver();
  await begin(target.url);
  for (let index = 0; index < 24; index += 1) {
    await manage('POST', '/hooks', {
      name: `h${index}`,
      events: ['User.Created'],
      config: { url: target.url },
    }); // oxlint-disable-line no-await-in-loop
  }
  await createUser();
  await logto.settled();
  expect(new Set(target.received.map(({ event }) => event['hookId'])).size).toBe(25);
});

test('recent logs are newest first, filtered and paged, and do not preserve the order of keys', async () => {
  const target = await receiver();
  await begin(target.url);
  await createUser('ada');
  await logto.settled();
  await createUser('bob');
  await logto.settled();
  const all = await logs('?page_size=1');
  expect(all.total).toBe('2');
  expect(all.logs[0].payload.hookRequest.body.data.username).toBe('bob');
  const { body } = all.logs[0].payload.hookRequest;
  expect(Object.keys(body).slice(0, 4)).toEqual(['ip', 'data', 'path', 'event']);
  expect((await logs('?logKey=TriggerHook.User.Deleted')).logs).toEqual([]);
  expect((await logs(`?start_time=${Date.now() + 1000}`)).logs).toEqual([]);
  expect((await logs(`?end_time=${Date.now()}`)).total).toBe('2');
  const hook = await manage('GET', '/hooks/hook?includeExecutionStats=true');
  expect(hook.body).toMatchObject({ executionStats: { requestCount: 2, successCount: 2 } });
  logto.setClock(25 * 60 * 60 * 1000);
  manage = await manager(logto);
  expect((await logs()).logs).toEqual([]);
});

test('a new signing key is used immediately', async () => {
  const target = await receiver();
  await begin(target.url);
  const { signingKey } = Object((await manage('PATCH', '/hooks/hook/signing-key')).body);
  expect(signingKey).toMatch(/^[A-Za-z0-9]{32}$/);
  await createUser();
  const [delivery] = await target.arrived(1);
  expect(delivery?.headers['logto-signature-sha-256']).toBe(
    createHmac('sha256', signingKey)
      .update(delivery?.body ?? '')
      .digest('hex'),
  );
});

const sendTest = (url: string) =>
  manage('POST', '/hooks/hook/test', { events: ['PostRegister', 'User.Created'], config: { url } });

test('a test sends fake payloads, and returns how they were received', async () => {
  const target = await receiver();
  await begin(target.url);
  expect((await sendTest(target.url)).status).toBe(204);
  const events = target.received.map(({ event }) => event);
  expect(events.find(({ event }) => event === 'PostRegister')).toMatchObject({
    userId: 'fake-id',
    user: { id: 'fake-id' },
    userAgent: 'fake-user-agent',
  });
  expect(events.find(({ event }) => event === 'User.Created')).toMatchObject({
    data: { result: 'success' },
    params: { id: 'fake-id' },
  });
  expect((await logs()).logs).toEqual([]);
  const failing = await receiver(500);
  const refused = await sendTest(failing.url);
  expect([refused.status, Object(refused.body).code]).toEqual([422, 'hook.endpoint_responded_with_error']);
  expect(Object(refused.body).data).toEqual({ responseStatus: 500, responseBody: '{"ok":true}' });
  const nobody = await sendTest('http://127.0.0.1:9/');
  expect(nobody).toMatchObject({
    status: 422,
    body: {
      code: 'hook.send_test_payload_failed',
      message: 'Failed to send test payload: TypeError: fetch failed',
    },
  });
});

test('changes that raise no event in Logto raise none here', async () => {
  const target = await receiver();
  await begin(target.url, {
    seed: {
      hooks: [{ id: 'hook', name: 'Hook', events: [...hookEvents], url: target.url }],
      users: [{ id: 'ada000000000', username: 'ada', password: 'long enough' }],
      roles: [{ id: 'role', name: 'role' }],
      organizations: [{ id: 'acme', name: 'Acme', members: [{ userId: 'ada000000000' }] }],
      organizationRoles: [{ id: 'org-role', name: 'org-role' }],
    },
  });
  const quiet: [string, string, object?][] = [
    ['POST', '/users/ada000000000/roles', { roleIds: ['role'] }],
    ['DELETE', '/users/ada000000000/roles/role'],
    ['POST', '/roles/role/users', { userIds: ['ada000000000'] }],
    ['POST', '/organizations/acme/users/ada000000000/roles', { organizationRoleIds: ['org-role'] }],
    ['DELETE', '/organizations/acme/users/ada000000000/roles/org-role'],
    ['POST', '/applications', { name: 'app', type: 'SPA' }],
    ['POST', '/resources', { name: 'r', indicator: 'https://r.example.test' }],
    ['PATCH', '/users/nobody', { name: 'x' }],
  ];
  for (const [method, path, body] of quiet) await manage(method, path, body); // oxlint-disable-line no-await-in-loop
  await logto.settled();
  expect(target.received.map(({ event }) => event['event'])).toEqual([]);
  await manage('DELETE', '/organizations/acme');
  await manage('POST', '/organizations/nobody/users', { userIds: ['ada000000000'] });
  await logto.settled();
  expect(target.received.map(({ event }) => event['event'])).toEqual(['Organization.Deleted']);
});

test('changes by users to their own account raise events without the request', async () => {
  const target = await receiver();
  await begin(target.url, {
    seed: {
      applications: [{ name: 'Page', type: 'SPA', redirectUris: ['http://localhost:5173/callback'] }],
      users: [{ username: 'ada' }],
      accountCenter: { enabled: true, fields: { name: 'Edit', username: 'ReadOnly', profile: 'Edit' } },
      hooks: [{ name: 'Hook', events: ['User.Data.Updated'], url: target.url }],
    },
  });
  const { accessToken } = await logto.signIn('ada');
  const own = (path: string, init?: RequestInit) =>
    fetch(`${logto.url}/api/my-account${path}`, {
      ...init,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    });
  expect(await (await own('')).json()).toMatchObject({ username: 'ada' });
  expect((await own('', { method: 'PATCH', body: '{"name":"Ada"}' })).status).toBe(200);
  expect(await (await own('/profile', { method: 'PATCH', body: '{"nickname":"A"}' })).json()).toEqual({
    nickname: 'A',
  });
  const [update] = await target.arrived(2);
  expect(Object.keys(Object(update?.event))).toEqual([
    'event',
    'createdAt',
    'userAgent',
    'ip',
    'data',
    'hookId',
  ]);
  expect(update?.event['data']).toMatchObject({ username: 'ada', name: 'Ada' });
  expect((await fetch(`${logto.url}/api/my-account`)).status).toBe(401);
});

test('an unchanged membership raises an event without ids', async () => {
  const target = await receiver();
  await begin(target.url, {
    seed: {
      hooks: [{ name: 'Hook', events: ['Organization.Membership.Updated'], url: target.url }],
      users: [{ id: 'ada000000000', username: 'ada' }],
      organizations: [{ id: 'acme', name: 'Acme', members: [{ userId: 'ada000000000' }] }],
    },
  });
  await manage('POST', '/organizations/acme/users', { userIds: ['ada000000000'] });
  const [update] = await target.arrived(1);
  expect(Object.keys(Object(update?.event)).slice(-2)).toEqual(['organizationId', 'hookId']);
});
