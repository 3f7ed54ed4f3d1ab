import { get } from 'node:http';
import { expect, test } from 'vitest';
import { api, emulate, sdk } from './testing/with-emulator.ts';

const json = { 'content-type': 'application/json' };
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
  expect((await call('POST /_emulator/clock', { advance: 1e300 })).status).toBe(422);
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

/** Sends another `Host`, which `fetch` does not allow. Resolves to the status. */
async function statusFor(url: string, host: string): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  get(`${url}/_emulator/clock`, { headers: { host } }, (response) => {
    response.resume();
    resolve(response.statusCode);
  });
  return promise;
}

const planSeed = {
  resources: [
    {
      key: 'doc',
      name: 'Doc',
      actions: { read: {}, sign: {} },
      attributes: { private: { type: 'bool' as const } },
    },
  ],
  roles: [{ key: 'viewer', name: 'Viewer', permissions: ['doc:read'] }],
  users: [{ key: 'ann', attributes: { age: 40 }, role_assignments: [{ role: 'viewer', tenant: 'default' }] }],
  condition_sets: [{ key: 'adults', name: 'Adults', conditions: { 'user.age': { 'greater-than': 17 } } }],
  set_rules: [{ user_set: 'adults', permission: 'doc:sign', resource_set: 'doc' }],
};

async function withRule(options: { readonly hostedPdp: boolean }) {
  const emulator = await emulate({ seed: { ...planSeed, set_rules: [] }, ...options });
  const rule = { user_set: 'adults', permission: 'doc:sign', resource_set: 'doc', is_resource: true };
  expect((await api(emulator)('POST /v2/facts/.../set_rules', rule)).status).toBe(200);
  return emulator;
}

test('the free plan limits deletions, writes and bulk calls of each key, until their minute is over', async () => {
  const emulator = await emulate({ freePlan: true });
  const call = api(emulator);
  const statuses = async (count: number, at: string, body?: unknown) => {
    const all = await Promise.all(Array.from({ length: count }, () => call(at, body)));
    return all.filter(({ status }) => status === 429).length;
  };
  expect(await statuses(61, 'DELETE /v2/facts/.../users/none')).toBe(1);
  expect(await statuses(101, 'PUT /v2/facts/.../bulk/users', { operations: [] })).toBe(1);
  expect(await statuses(200, 'POST /v2/facts/.../users', {})).toBe(1);
  expect(await statuses(400, 'GET /v2/facts/.../users')).toBe(0);
  const refused = await fetch(`${emulator.url}/v2/facts/default/dev/users/none`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${emulator.keys.environment}` },
  });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ error: 'rate_limited' });
  expect((await api(emulator, emulator.keys.project)('DELETE /v2/facts/.../users/none')).status).toBe(404);
  emulator.clock.advance(60_000);
  expect(await statuses(60, 'DELETE /v2/facts/.../users/none')).toBe(0);
  expect(await statuses(1, 'PUT /v2/facts/.../bulk/users', { operations: [] })).toBe(1);
});

test('the hosted PDP decides by roles only, without conditions', async () => {
  const [own, hosted] = [await withRule({ hostedPdp: false }), await withRule({ hostedPdp: true })];
  for (const emulator of [own, hosted]) {
    expect(await sdk(emulator).check('ann', 'read', 'doc')).toBe(true);
  }
  expect(await sdk(own).check('ann', 'sign', 'doc')).toBe(true);
  expect(await sdk(hosted).check('ann', 'sign', 'doc')).toBe(false);
  const page = await (
    await fetch(`${hosted.url}/console/check?user=ann&action=sign&type=doc&tenant=default`)
  ).text();
  expect(page).toContain('Denied');
});

test('the hosted PDP refuses questions with attributes, as the vendor’s Python suite expects', async () => {
  const hosted = await withRule({ hostedPdp: true });
  const permit = sdk(hosted);
  const maya = { key: 'maya@permit.io', attributes: { age: 23 } };
  const document = { type: 'doc', tenant: 'default', attributes: { private: false } };
  await expect(permit.check(maya, 'sign', document)).rejects.toThrow('501');
  await expect(permit.check('maya@permit.io', 'sign', document)).rejects.toThrow('501');
  await expect(
    permit.bulkCheck([
      { user: 'ann', action: 'read', resource: 'doc' },
      { user: maya, action: 'read', resource: 'doc' },
    ]),
  ).rejects.toThrow('501');
  const ask = async (path: string, body: unknown) => {
    const headers = { authorization: `Bearer ${hosted.keys.environment}`, ...json };
    return (await fetch(hosted.pdpUrl + path, { method: 'POST', headers, body: JSON.stringify(body) }))
      .status;
  };
  expect(await ask('/user-permissions', { user: maya, tenants: ['default'] })).toBe(501);
  expect(await ask('/user-permissions', { user: { key: 'ann', attributes: {} } })).toBe(200);
  const context = { enable_abac_user_permissions: true };
  expect(await ask('/user-permissions', { user: { key: 'ann' }, resource_types: ['doc'], context })).toBe(
    501,
  );
  expect(await ask('/user-tenants', { user: { key: 'ann' } })).toBe(404);
  expect(await ask('/v2/facts/default/dev/users', { key: 'bob' })).toBe(404);
});

test('the hosted PDP limits checks', async () => {
  const hosted = await withRule({ hostedPdp: true });
  const headers = { authorization: `Bearer ${hosted.keys.environment}`, ...json };
  const bulk = async () =>
    (await fetch(`${hosted.pdpUrl}/allowed/bulk`, { method: 'POST', headers, body: '[]' })).status;
  const statuses = await Promise.all(Array.from({ length: 201 }, bulk));
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  expect(await sdk(hosted).check('ann', 'read', 'doc')).toBe(true);
});
