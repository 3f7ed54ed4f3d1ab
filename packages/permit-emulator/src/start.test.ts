import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { PortInUseError, type Listening, openStore } from '@latchkey/emulator-kit';
import { type Emulator, listenRetrying } from './start.ts';
import { api, emulate, sdk } from './testing/with-emulator.ts';
import { createDecisionLog } from './pdp/decision-log.ts';

const seed = {
  resources: [{ key: 'reports', name: 'Reports', actions: { view: {} } }],
  roles: [{ key: 'viewer', name: 'Viewer', permissions: ['reports:view'] }],
  tenants: [{ key: 'acme', name: 'Acme' }],
  users: [{ key: 'ann', role_assignments: [{ role: 'viewer', tenant: 'acme' }] }],
};

test('a seed is applied at the start and after a reset', async () => {
  const emulator = await emulate({ seed });
  const permit = sdk(emulator);
  const acme = { type: 'reports', tenant: 'acme' };
  expect(await permit.check('ann', 'view', acme)).toBe(true);
  await permit.api.users.delete('ann');
  await permit.api.users.create({ key: 'bob' });
  expect(await permit.check('ann', 'view', acme)).toBe(false);
  emulator.reset();
  expect(await permit.check('ann', 'view', acme)).toBe(true);
  expect((await permit.api.users.list()).data.map(({ key }) => key)).toEqual(['ann']);
});

test('a data folder survives the process, and the seed is not applied again', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'permit-emulator-'));
  const first = await emulate({ dataDir, seed });
  await sdk(first).api.users.create({ key: 'bob', role_assignments: [{ role: 'viewer', tenant: 'acme' }] });
  await sdk(first).api.users.delete('ann');
  await first.close();
  const second = await emulate({ dataDir, seed });
  expect(second.environmentId).toBe(first.environmentId);
  expect((await sdk(second).api.users.list()).data.map(({ key }) => key)).toEqual(['bob']);
  expect(await sdk(second).check('bob', 'view', { type: 'reports', tenant: 'acme' })).toBe(true);
  await second.close();
  rmSync(dataDir, { recursive: true });
});

async function logs(emulator: Emulator): Promise<unknown> {
  const { body } = await api(emulator)('GET /v2/pdps/.../audit_logs');
  return body.data.map(({ id, user_key, decision }: Readonly<Record<string, unknown>>) => ({
    id,
    user_key,
    decision,
  }));
}

test('the audit log survives a restart, and a reset empties it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'permit-emulator-'));
  const first = await emulate({ dataDir, seed });
  await sdk(first).check('ann', 'view', { type: 'reports', tenant: 'acme' });
  await sdk(first).check('bob', 'view', { type: 'reports', tenant: 'acme' });
  const before = await logs(first);
  expect(before).toMatchObject([
    { user_key: 'bob', decision: false },
    { user_key: 'ann', decision: true },
  ]);
  await first.close();
  const second = await emulate({ dataDir, seed });
  expect(await logs(second)).toEqual(before);
  second.reset();
  await sdk(second).check('eve', 'view', 'reports');
  await second.close();
  const third = await emulate({ dataDir, seed });
  expect(await logs(third)).toMatchObject([{ user_key: 'eve' }]);
  await third.close();
  rmSync(dataDir, { recursive: true });
});

test('keys that are missing or wrong are refused, and the PDP requires an environment key', async () => {
  const emulator = await emulate();
  expect(await api(emulator, 'permit_key_wrong')('GET /v2/api-key/scope')).toMatchObject({
    status: 401,
    body: { error_code: 'UNAUTHORIZED' },
  });
  expect(await api(emulator)('GET /v2/api-key/scope')).toMatchObject({
    status: 200,
    body: { project_id: emulator.projectId, environment_id: emulator.environmentId },
  });
  expect(await api(emulator)('GET /v2/facts/default/prod/users')).toMatchObject({
    status: 403,
    body: { error_code: 'FORBIDDEN_ACCESS' },
  });
  const ask = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${emulator.pdpUrl}/allowed`, { method: 'POST', headers, body: '{}' });
  expect((await ask({})).status).toBe(401);
  expect((await ask({ authorization: `Bearer ${emulator.keys.project}` })).status).toBe(403);
  expect((await fetch(`${emulator.pdpUrl}/healthy`)).status).toBe(200);
});

test('the OPA listener returns the same decision, with or without a key', async () => {
  const emulator = await emulate({ seed, opaPort: 0 });
  const input = { user: { key: 'ann' }, action: 'view', resource: { type: 'reports', tenant: 'acme' } };
  const response = await fetch(`${emulator.opaUrl}/v1/data/permit/root`, {
    method: 'POST',
    body: JSON.stringify({ input }),
  });
  expect(await response.json()).toMatchObject({ result: { allow: true, allowing_sources: ['rbac'] } });
});

test('an OPA port that is taken is reported, and the other listeners start', async () => {
  const taken = await emulate();
  const emulator = await emulate({ seed, opaPort: Number(new URL(taken.url).port) });
  expect(emulator.opaUrl).toBeUndefined();
  expect(emulator.opaError).toMatchObject({ code: 'PORT_IN_USE' });
  expect(await sdk(emulator).check('ann', 'view', { type: 'reports', tenant: 'acme' })).toBe(true);
});

test('the seed of the README fills its lists', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const permit = await emulate({ seed: parse(/```yaml\n([^]*?)```/.exec(readme)?.[1] ?? '') });
  expect(permit.snapshot()).toMatchObject({
    resource_instances: expect.arrayContaining([expect.objectContaining({ key: 'plan' })]),
    relationship_tuples: [expect.objectContaining({ subject: 'folders:q3', object: 'reports:plan' })],
    set_rules: [expect.objectContaining({ user_set: 'cleared', resource_set: 'secret' })],
  });
});

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only its identity counts
const listening = {} as Listening;

function refusing(times: number) {
  const asked: number[] = [];
  const listen = (port: number): Promise<Listening> => {
    asked.push(port);
    return asked.length > times ? Promise.resolve(listening) : Promise.reject(new PortInUseError(port));
  };
  return { asked, listen };
}

test('another free port is chosen when the first was taken in the meantime', async () => {
  const { asked, listen } = refusing(3);
  expect(await listenRetrying(0, listen)).toBe(listening);
  expect(asked).toEqual([0, 0, 0, 0]);
});

test('a requested port is tried once, and the retries are limited', async () => {
  const named = refusing(1);
  await expect(listenRetrying(8000, named.listen)).rejects.toThrow(PortInUseError);
  expect(named.asked).toEqual([8000]);
  const hopeless = refusing(1000);
  await expect(listenRetrying(0, hopeless.listen)).rejects.toThrow(PortInUseError);
  expect(hopeless.asked.length).toBeLessThan(100);
});

const decision = (id: number) => ({
  id: String(id),
  timestamp: new Date(id).toISOString(),
  environment_id: 'dev',
  query: { user: { key: 'ann' }, action: 'read', resource: { type: 'doc' } },
  result: { allow: true, allowing_sources: [] },
});

test('the last decisions are stored, and the log does not grow without end', async () => {
  const store = openStore();
  const log = createDecisionLog(store, 10);
  for (let id = 0; id < 95; id++) {
    log.add(decision(id));
    await turn();
  }
  log.add(decision(95));
  const latest = [95, 94, 93, 92, 91, 90, 89, 88, 87, 86];
  expect(log.list('dev').map(({ id }) => Number(id))).toEqual(latest);
  log.close();
  expect(
    createDecisionLog(store, 10)
      .list('dev')
      .map(({ id }) => Number(id)),
  ).toEqual(latest);
  expect(store.collection('decisions').size).toBe(10);
});

test('a full disk loses the log, but does not end the process', async () => {
  const full = {
    ...openStore(),
    batch: () => {
      throw new Error('database or disk is full');
    },
  };
  const log = createDecisionLog(full);
  log.add(decision(1));
  await turn();
  log.close();
  expect(log.list('other')).toEqual([]);
});
