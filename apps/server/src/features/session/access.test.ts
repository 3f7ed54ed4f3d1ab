import { policy, type AppPermission } from '@latchkey/policy';
import { permissionsOf } from '@latchkey/permissions';
import { gatedPermissions } from '@latchkey/permissions/trpc';
import { beforeEach, expect, test } from 'vitest';
import { countCalls } from '../../testing/count-calls.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startUpstreams, startTestServer } from '../../testing/test-server.ts';

const upstreams = await startUpstreams();
const { url, pdpUrl } = upstreams.permit;
const api = await countCalls(url);
const pdp = await countCalls(pdpUrl);
const permit = permitSdk(upstreams.permit);
const server = await startTestServer({ upstreams, addresses: { permitApi: api.url, pdp: pdp.url } });
await permit.api.tenants.create({ key: 'acme', name: 'Acme' });

beforeEach(async () => {
  await give('vic', 'viewer');
  await give('eda', 'editor');
  await give('ada', 'admin', { email: 'ada@example.test', firstName: 'Ada', lastName: 'Lovelace' });
  await give('nameless', 'admin', { email: 'boss@example.test' });
  await give('machine', 'admin', { firstName: 'A machine' });
});

const give = (key: string, role: string, details = {}, tenant = 'default') =>
  server.directory.provisionUser({ key, ...details }, { role, tenant });

const accessOf = async (subject: string, tenant?: string) =>
  (await server.as(subject, tenant)).session.access.query();

test('a viewer gets their permissions, and for missing ones the roles that grant them and the approvers by name', async () => {
  const access = await accessOf('vic');
  expect(access).toMatchObject({
    tenant: 'default',
    roles: ['viewer'],
    permissions: expect.arrayContaining(['reports:view']),
    onInstances: [],
    elsewhere: [],
    rolesFromLogto: [],
    approvers: {
      people: [
        { key: 'ada', name: 'Ada Lovelace' },
        { key: 'nameless', name: 'boss@example.test' },
      ],
      more: false,
    },
  });
  expect(access.missing).toEqual(
    expect.arrayContaining([
      { permission: 'reports:create', roles: ['editor', 'admin'], instanceRoles: [] },
      { permission: 'reports:publish', roles: ['admin'], instanceRoles: ['owner'] },
      { permission: 'sync:view', roles: ['admin'], instanceRoles: [] },
    ]),
  );
});

test('includes only permissions that a gate of the router requires, each once', async () => {
  const gated: string[] = await gatedPermissions(server.router);
  const { permissions, missing } = await accessOf('eda');
  const shown: AppPermission[] = [...permissions, ...missing.map(({ permission }) => permission)];
  expect(shown.toSorted()).toEqual(
    permissionsOf(policy)
      .filter((one) => gated.includes(one))
      .toSorted(),
  );
});

test('counts roles on collections and reports, including inherited ones, with the permissions they add', async () => {
  for (const report of ['reports:a', 'reports:b']) {
    await server.directory.assignRole({ user: 'eda', role: 'owner', tenant: 'default', instance: report });
  }
  const owner = { user: 'eda', role: 'owner', tenant: 'default', instance: 'collections:q4' };
  await server.directory.assignRole(owner);
  await permit.api.resourceInstances.create({ resource: 'reports', key: 'c', tenant: 'default' });
  await permit.api.relationshipTuples.create({
    subject: 'collections:q4',
    relation: 'parent',
    object: 'reports:c',
    tenant: 'default',
  });
  const { onInstances, missing } = await accessOf('eda');
  expect(onInstances).toEqual([
    {
      resource: 'collections',
      role: 'owner',
      count: 1,
      permissions: ['collections:view', 'collections:edit', 'collections:share', 'collections:delete'],
    },
    {
      resource: 'reports',
      role: 'owner',
      count: 3,
      permissions: expect.arrayContaining(['reports:publish', 'reports:delete']),
    },
  ]);
  // The permission is missing on all other reports.
  expect(missing.map(({ permission }) => permission)).toContain('reports:publish');
  expect((await accessOf('vic')).onInstances).toEqual([]);
});

test('an administrator lacks no permission, so no approvers are listed', async () => {
  const { missing, approvers } = await accessOf('ada');
  expect({ missing, approvers }).toEqual({ missing: [], approvers: { people: [], more: false } });
});

test('another organization has its own roles and users, and lists installation permissions separately', async () => {
  await give('orga', 'admin', { email: 'orga@example.test' }, 'acme');
  await server.directory.assignRole({ user: 'vic', role: 'viewer', tenant: 'acme' });
  const access = await accessOf('vic', 'acme');
  expect(access).toMatchObject({
    tenant: 'acme',
    elsewhere: ['sync:view', 'sync:replay', 'sync:reconcile'],
    rolesFromLogto: ['viewer', 'admin'],
    approvers: { people: [{ key: 'orga', name: 'orga@example.test' }] },
  });
  const admin = await accessOf('orga', 'acme');
  expect(admin.permissions).not.toContain('sync:view');
  expect(admin.missing).toEqual([]);
});

test('reloading a page makes no Permit API call, and a change shows immediately', async () => {
  await accessOf('vic');
  api.calls.length = 0;
  await Promise.all([accessOf('vic'), accessOf('eda'), accessOf('vic')]);
  expect(api.calls).toEqual([]);

  await give('ada', 'admin', { firstName: 'Augusta' });
  await server.directory.unassignRole({ user: 'nameless', role: 'admin', tenant: 'default' });
  expect((await accessOf('vic')).approvers?.people).toEqual([{ key: 'ada', name: 'Augusta Lovelace' }]);
});

test('reports names as unavailable, and unavailable decisions as an outage', async () => {
  await give('new', 'admin', { email: 'new@example.test' });
  upstreams.permit.faults.add({ path: '/v2/facts/*', status: 500 });
  expect(await accessOf('vic')).toMatchObject({ roles: ['viewer'], approvers: null });
  upstreams.permit.faults.clear();
  expect((await accessOf('vic')).approvers?.people).toContainEqual({ key: 'new', name: 'new@example.test' });
  upstreams.permit.faults.add({ path: '/user-permissions', status: 500 });
  await expect(accessOf('vic')).rejects.toMatchObject({
    data: { httpStatus: 503, latchkey: { code: 'AUTHORIZATION_UNAVAILABLE' } },
  });
});
