import { expect, test } from 'vitest';
import { api, emulate, sdk } from './testing/with-emulator.ts';

test('keys have three levels, and each sees only its own scope', async () => {
  const emulator = await emulate();
  const environment = api(emulator);
  const project = api(emulator, emulator.keys.project);
  const organization = api(emulator, emulator.keys.organization);

  await organization('POST /v2/projects', { key: 'other', name: 'Other' });
  const keys = async (call: typeof project) =>
    (await call('GET /v2/projects')).body.map(({ key }: { key: string }) => key);
  expect(await keys(organization)).toEqual(['default', 'other']);
  expect(await keys(project)).toEqual(['default']);
  expect((await project('GET /v2/projects/other')).status).toBe(403);
  expect((await project('POST /v2/projects', { key: 'x', name: 'X' })).status).toBe(403);
  expect((await project('GET /v2/facts/default/prod/users')).status).toBe(200);
  expect((await organization('GET /v2/projects/other/envs')).body).toMatchObject([
    { key: 'dev' },
    { key: 'prod' },
  ]);
  expect((await environment('GET /v2/projects/default/envs')).body).toMatchObject([{ key: 'dev' }]);
  expect((await environment('POST /v2/projects/default/envs', { key: 'e', name: 'E' })).status).toBe(403);
});

test('keys are created, read, narrowed and deleted', async () => {
  const emulator = await emulate();
  const organization = api(emulator, emulator.keys.organization);
  const { body: scope } = await organization('GET /v2/api-key/scope');
  const { body: made } = await organization('POST /v2/api-key', {
    organization_id: scope.organization_id,
    project_id: 'default',
    environment_id: 'dev',
    access_level: 'read',
    owner_type: 'member',
  });
  expect(made).toMatchObject({ object_type: 'env', env: { key: 'dev' }, project: { key: 'default' } });
  expect(made.secret).toHaveLength(97);
  const reader = api(emulator, made.secret);
  expect((await reader('GET /v2/facts/.../users')).status).toBe(200);
  expect((await reader('POST /v2/facts/.../users', { key: 'u' })).status).toBe(403);
  expect((await organization('GET /v2/api-key?object_type=env')).body).toMatchObject({ total_count: 2 });
  expect((await organization(`DELETE /v2/api-key/${made.id}`)).status).toBe(204);
  expect((await reader('GET /v2/facts/.../users')).status).toBe(401);
  expect((await organization(`GET /v2/api-key/${made.id}`)).status).toBe(404);
  expect((await organization('GET /v2/api-key/default/dev')).body.secret).toBe(emulator.keys.environment);
});

test('environments are isolated, and deleted with their content', async () => {
  const emulator = await emulate();
  const project = api(emulator, emulator.keys.project);
  await project('POST /v2/projects/default/envs', { key: 'test', name: 'Test' });
  await project('POST /v2/facts/default/test/users', { key: 'ann' });
  expect((await project('GET /v2/facts/default/dev/users')).body.total_count).toBe(0);
  const { body: key } = await project('GET /v2/api-key/default/test');
  const permit = sdk(emulator, { token: key.secret });
  expect((await permit.api.users.list()).data.map((user) => user.key)).toEqual(['ann']);
  expect((await project('GET /v2/projects/default/envs/test/stats')).body).toMatchObject({
    pdp_configs: [{ client_secret: key.secret }],
    stats: { users: 1, tenants: 1 },
  });
  expect((await project('DELETE /v2/projects/default/envs/test')).status).toBe(204);
  expect((await project('GET /v2/facts/default/test/users')).status).toBe(404);
  await project('POST /v2/projects/default/envs', { key: 'test', name: 'Test' });
  expect((await project('GET /v2/facts/default/test/users')).body.total_count).toBe(0);
});

test('a copy includes the policy but not the facts; conflicts are refused or overwritten', async () => {
  const emulator = await emulate({
    seed: {
      resources: [
        { key: 'doc', name: 'Doc', actions: { read: {} } },
        { key: 'secret', name: 'Secret', actions: { read: {} } },
      ],
      roles: [{ key: 'viewer', name: 'Viewer', permissions: ['doc:read', 'secret:read'] }],
      users: [{ key: 'ann' }],
      condition_sets: [{ key: 'eng', name: 'Eng', type: 'userset', conditions: { allOf: [] } }],
      set_rules: [{ user_set: 'eng', permission: 'doc:read', resource_set: 'doc', is_resource: true }],
    },
  });
  const project = api(emulator, emulator.keys.project);
  const copy = (body: unknown) => project('POST /v2/projects/default/envs/dev/copy', body);
  const made = await copy({
    target_env: { new: { key: 'stage', name: 'Stage' } },
    scope: { resources: { exclude: ['sec*'] } },
  });
  expect(made).toMatchObject({ status: 201, body: { key: 'stage' } });
  expect((await project('GET /v2/schema/default/stage/roles/viewer')).body.permissions).toEqual(['doc:read']);
  expect((await project('GET /v2/facts/default/stage/set_rules')).body).toHaveLength(1);
  expect((await project('GET /v2/facts/default/stage/users')).body.total_count).toBe(0);
  expect((await copy({ target_env: { existing: 'stage' } })).status).toBe(409);
  expect((await copy({ target_env: { existing: 'stage' }, conflict_strategy: 'overwrite' })).status).toBe(
    201,
  );
  expect((await project('GET /v2/schema/default/stage/roles/viewer')).body.permissions).toHaveLength(2);
});
