import { expect, test } from 'vitest';
import { api, emulate, sdk } from './testing/with-emulator.ts';

const seed = {
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

/** The rule needs the set that stands for a whole resource. */
async function withRule(options: { readonly hostedPdp: boolean }) {
  const emulator = await emulate({ seed: { ...seed, set_rules: [] }, ...options });
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

test('the hosted PDP decides by roles, and knows no conditions', async () => {
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
    const headers = { authorization: `Bearer ${hosted.keys.environment}` };
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
  const headers = { authorization: `Bearer ${hosted.keys.environment}` };
  const bulk = async () =>
    (await fetch(`${hosted.pdpUrl}/allowed/bulk`, { method: 'POST', headers, body: '[]' })).status;
  const statuses = await Promise.all(Array.from({ length: 201 }, bulk));
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  expect(await sdk(hosted).check('ann', 'read', 'doc')).toBe(true);
});
