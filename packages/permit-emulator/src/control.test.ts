import { get } from 'node:http';
import { expect, test } from 'vitest';
import { api, emulate, sdk } from './testing/with-emulator.ts';

const seed = {
  resources: [{ key: 'doc', name: 'Doc', actions: { read: {} } }],
  roles: [{ key: 'viewer', name: 'Viewer', permissions: ['doc:read'] }],
  users: [{ key: 'ann', role_assignments: [{ role: 'viewer', tenant: 'default' }] }],
};

test('faults on the API and on the PDP are added and removed over HTTP', async () => {
  const emulator = await emulate({ seed });
  const call = api(emulator);
  const { body } = await call('POST /_emulator/faults', {
    path: '/allowed',
    status: 502,
    body: { detail: 'OPA' },
  });
  await expect(sdk(emulator).check('ann', 'read', 'doc')).rejects.toThrow();
  expect((await call(`DELETE /_emulator/faults/${body.id}`)).status).toBe(204);
  expect(await sdk(emulator).check('ann', 'read', 'doc')).toBe(true);
  await call('POST /_emulator/faults', { method: 'get', path: '/v2/facts/*', status: 429, count: 1 });
  expect((await call('GET /v2/facts/.../users')).status).toBe(429);
  expect((await call('GET /v2/facts/.../users')).status).toBe(200);
  expect((await call('POST /_emulator/faults', { path: '/x' })).status).toBe(422);
});

test('decisions are logged with their reason, with timestamps of a clock that can be set', async () => {
  const emulator = await emulate({ seed });
  const call = api(emulator);
  await call('POST /_emulator/clock', { now: '2030-01-01T00:00:00Z' });
  await sdk(emulator).check('ann', 'read', 'doc');
  await call('POST /_emulator/clock', { advance: 3_600_000 });
  await sdk(emulator).check('bob', 'read', 'doc');
  const all = (await call('GET /v2/pdps/.../audit_logs')).body;
  expect(all).toMatchObject({
    total_count: 2,
    pagination_count: 2,
    data: [
      { user_key: 'bob', decision: false, reason: expect.stringContaining("user 'bob' is not synced") },
      { user_key: 'ann', decision: true, resource_type: 'doc', tenant: 'default', action: 'read' },
    ],
  });
  const half = Date.parse('2030-01-01T00:30:00Z') / 1000;
  const keys = async (query: string) =>
    (await call(`GET /v2/pdps/.../audit_logs?${query}`)).body.data.map(
      ({ user_key }: { user_key: string }) => user_key,
    );
  expect(await keys(`timestamp_from=${half}`)).toEqual(['bob']);
  expect(await keys(`timestamp_to=${half}`)).toEqual(['ann']);
  expect(await keys('decision=true')).toEqual(['ann']);
  expect(await keys('users=bob&resources=doc')).toEqual(['bob']);
  const detailed = await call(`GET /v2/pdps/.../audit_logs/${all.data[1].id}`);
  expect(detailed.body.objects).toMatchObject({
    user_object: { key: 'ann' },
    action_object: { key: 'read' },
  });
  await call('DELETE /_emulator/clock');
  expect((await call('POST /v2/facts/.../users', { key: 'eve' })).body.created_at).toMatch(/^20(?!30)/);
});

test('reset over HTTP', async () => {
  const emulator = await emulate({ seed });
  const call = api(emulator);
  await call('DELETE /v2/facts/.../users/ann');
  expect((await call('POST /_emulator/reset')).status).toBe(204);
  expect((await call('GET /v2/facts/.../users/ann')).status).toBe(200);
  expect((await call('GET /_emulator/snapshot')).body.users).toMatchObject([{ key: 'ann' }]);
});

test('pages of other sites cannot use the control API, not even under another host name', async () => {
  const emulator = await emulate({ seed });
  const foreign = await fetch(`${emulator.url}/_emulator/reset`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
  });
  expect(foreign.status).toBe(403);
  expect(await statusFor(emulator.url, 'evil.example:8000')).toBe(403);
  expect(await statusFor(emulator.url, 'localhost:8000')).toBe(200);
});

/** `fetch` does not allow setting `Host`. */
async function statusFor(url: string, host: string): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  get(`${url}/_emulator/clock`, { headers: { host } }, (response) => {
    response.resume();
    resolve(response.statusCode);
  });
  return promise;
}
