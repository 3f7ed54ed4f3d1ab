import type { AppRole } from '@latchkey/policy';
import { afterEach, expect, test, vi } from 'vitest';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { startTestServer } from '../../testing/test-server.ts';

const server = await startTestServer();
await permitSdk(server.permit).api.tenants.create({ key: 'acme', name: 'Acme' });
const give = (key: string, role: string, tenant = 'default') =>
  server.directory.provisionUser({ key, firstName: key, email: `${key}@example.test` }, { role, tenant });
await Promise.all([
  ...['vic', 'val'].map((key) => give(key, 'viewer')),
  give('eda', 'editor'),
  give('ada', 'admin'),
  give('orga', 'admin', 'acme'),
  give('olly', 'viewer', 'acme'),
]);
await server.directory.assignRole({ user: 'eda', role: 'viewer', tenant: 'default' });
await server.members.readAll();
const admin = await server.as('ada');
afterEach(() => {
  vi.useRealTimers();
});

const change = (role: AppRole, permission: string, granted: boolean) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- also permissions that the policy lacks
  ({ role, permission: permission as 'audit:view', granted });
const impact = async (changes: ReturnType<typeof change>[], client = admin) =>
  (await client.policy.impact.query({ changes })).map(({ permission, gains, loses, left }) => ({
    permission,
    gains: [gains.members, ...gains.first.map(({ key }) => key)],
    loses: [loses.members, ...loses.first.map(({ key }) => key)],
    left,
  }));

test("counts the holders of each role in the caller's organization", async () => {
  expect(await admin.policy.holders.query()).toMatchObject({ viewer: 3, editor: 1, admin: 1 });
  const there = await server.as('olly', 'acme');
  expect(await there.policy.holders.query()).toMatchObject({ viewer: 1, editor: 0, admin: 1 });
});

test('names the users who gain and lose by a draft, except where another role grants the same', async () => {
  expect(
    await impact([change('editor', 'audit:view', true), change('viewer', 'reports:view', false)]),
  ).toEqual([
    { permission: 'reports:view', gains: [0], loses: [3, 'eda', 'val', 'vic'], left: 1 },
    { permission: 'audit:view', gains: [1, 'eda'], loses: [0], left: 2 },
  ]);
  expect(await impact([change('admin', 'members:assign', false)])).toEqual([
    { permission: 'members:assign', gains: [0], loses: [1, 'ada'], left: 0 },
  ]);
  expect(await impact([change('editor', 'reports:view', false)])).toEqual([]);
});

test('neither names nor counts users of other organizations, or roles that grant nothing there', async () => {
  const there = await server.as('orga', 'acme');
  expect(
    await impact([change('viewer', 'audit:view', true), change('viewer', 'sync:view', true)], there),
  ).toEqual([{ permission: 'audit:view', gains: [1, 'olly'], loses: [0], left: 2 }]);
});

test('names users only to callers with members:view, and refuses a draft with unknown permissions', async () => {
  const viewer = await server.as('vic');
  expect(
    await refusal(viewer.policy.impact.query({ changes: [change('viewer', 'audit:view', true)] })),
  ).toMatchObject({ status: 403, denied: { permission: 'members:view' } });
  for (const changes of [[], [change('viewer', 'audit:\0', true)], [change('viewer', 'audit:veiw', true)]]) {
    expect(await refusal(admin.policy.impact.query({ changes }))).toMatchObject({ status: 400 });
  }
});

test('compares Permit with the table: missing, different and extra objects; an outage is not a difference', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  expect(await admin.policy.drift.query()).toMatchObject({ differences: [] });
  const sdk = permitSdk(server.permit);
  await sdk.api.roles.removePermissions('editor', ['reports:create']);
  await sdk.api.roles.create({ key: 'not-in-the-table', name: 'Extra', permissions: ['audit:view'] });
  for (const other of [await server.as('vic'), await server.as('orga', 'acme')])
    expect(await refusal(other.policy.drift.query())).toMatchObject({ status: 403 });
  // The comparison is cached, so it does not show the change yet.
  expect(await admin.policy.drift.query()).toMatchObject({ differences: [] });
  vi.advanceTimersByTime(16_000);
  server.permit.faults.add({ path: '/v2/schema/*', status: 500 });
  expect(await codeOf(admin.policy.drift.query())).toBe('DIRECTORY_UNAVAILABLE');
  server.permit.faults.clear();
  expect((await admin.policy.drift.query()).differences).toEqual([
    { kind: 'role', key: 'editor', state: 'different', lacks: ['reports:create'], exceeds: [] },
    { kind: 'role', key: 'not-in-the-table', state: 'extra', lacks: [], exceeds: ['audit:view'] },
  ]);
});
