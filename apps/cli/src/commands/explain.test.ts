import { start } from '@latchkey/permit-emulator';
import { applyPolicy } from '@latchkey/permissions/policy';
import { policy } from '@latchkey/policy';
import { Permit } from 'permitio';
import { afterAll, afterEach, expect, test } from 'vitest';
import { runCli } from '../testing/run-cli.ts';

const emulator = await start({ port: 0, pdpPort: 0 });
const apiKey = emulator.keys.environment;
await applyPolicy(policy, { apiUrl: emulator.url, apiKey });
const { api } = new Permit({ token: apiKey, apiUrl: emulator.url, log: { level: 'silent' } });
await api.tenants.create({ key: 'acme', name: 'Acme' });
await api.users.create({ key: 'ann', role_assignments: [{ role: 'viewer', tenant: 'acme' }] });
await api.resourceInstances.create({ resource: 'collections', key: 'q4', tenant: 'acme' });
await api.resourceInstances.create({ resource: 'reports', key: 'r1', tenant: 'acme' });
await api.relationshipTuples.create({
  subject: 'collections:q4',
  relation: 'parent',
  object: 'reports:r1',
});
await api.roleAssignments.assign({ user: 'ann', role: 'editor', resource_instance: 'collections:q4' });
afterAll(() => emulator.close());
afterEach(() => emulator.faults.clear());

const run = (args: string, env: Record<string, string> = {}) =>
  runCli(['explain', ...args.split(' ')], {
    env: {
      PERMIT_API_URL: emulator.url,
      PERMIT_API_KEY: emulator.keys.environment,
      PERMIT_PDP_URL: emulator.pdpUrl,
      ...env,
    },
  });

test('explains an allowed permission by its paths', async () => {
  expect(await run('ann reports:edit r1 --tenant acme')).toMatchObject({
    code: 0,
    printed: ['ann → editor of collections:q4 → parent of reports:r1 → reports:edit'],
  });
});

test('explains a denied permission by its remedies', async () => {
  const { code, printed } = await run('ann reports:publish r1 --tenant acme');
  expect(code).toBe(0);
  expect(printed.join('\n').split('\n')).toEqual([
    'ann cannot reports:publish on reports:r1 in acme.',
    '  Holds: viewer in acme (reports:view, requests:create, policy:view), editor of reports:r1.',
    '  Any of these would allow it:',
    '    Give ann the role admin in acme.',
    '    Give ann the role owner on reports:r1.',
    '    Give ann the role owner on collections:q4.',
  ]);
});

test('--json prints the explanation as data', async () => {
  const { printed } = await run('ann reports:publish r1 --tenant acme --json');
  expect(JSON.parse(printed.join('\n'))).toMatchObject({
    outcome: 'deny',
    decided: 'deny',
    agrees: true,
    remedies: [{ changes: [{ kind: 'tenant-role', user: 'ann', role: 'admin', tenant: 'acme' }] }, {}, {}],
  });
});

test('reports a PDP that decides differently, with exit code 2', async () => {
  emulator.faults.add({ path: '/allowed', status: 200, body: { allow: false } });
  const { code, printed } = await run('ann reports:edit r1 --tenant acme');
  expect(code).toBe(2);
  expect(printed.join('\n')).toContain('The PDP denies ann reports:edit all the same');
});

test('defaults to the resource as a whole and the tenant `default`', async () => {
  const { code, printed } = await run('ann reports:create');
  expect(code).toBe(0);
  expect(printed[0]).toMatch(/^ann cannot reports:create in default\./);
});

test.each([
  ['an unknown permission', 'ann reports:burn', {}, 'PERMISSION_UNKNOWN'],
  ['a wrong key', 'ann reports:edit r1', { PERMIT_API_KEY: 'permit_key_wrong' }, 'PERMIT_KEY_INVALID'],
  ['no API', 'ann reports:edit r1', { PERMIT_API_URL: 'http://127.0.0.1:1' }, 'PERMIT_UNAVAILABLE'],
])('%s is an error with its own code', async (_, args, env, code) => {
  await expect(run(args, env)).rejects.toMatchObject({ code });
});

test('reports a PDP that does not answer, and what to check', async () => {
  await expect(run('ann reports:edit r1', { PERMIT_PDP_URL: 'http://127.0.0.1:1' })).rejects.toMatchObject({
    code: 'AUTHORIZATION_UNAVAILABLE',
    says: 'The PDP does not decide (connection): http://127.0.0.1:1.',
    fix: expect.stringContaining('PERMIT_PDP_URL'),
  });
});

test('explains another table', async () => {
  await expect(run('ann reports:edit r1 --table ./no-such-table.ts')).rejects.toThrow('no-such-table.ts');
});
