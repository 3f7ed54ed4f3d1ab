import { expect, test } from 'vitest';
import { deliver } from '../../testing/deliver.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

const server = await startTestServer();
const sdk = permitSdk(server.permit);

async function deliverAll(...events: readonly object[]): Promise<void> {
  for (const event of events) {
    const body = JSON.stringify({ createdAt: new Date().toISOString(), ...event });
    await deliver(server.url, body);
    await waitFor(async () =>
      expect(await server.sync.control.deliveries.counts()).toMatchObject({ pending: 0 }),
    );
  }
}
async function tenantsOf(key: string): Promise<string[]> {
  return ((await sdk.api.users.get(key)).roles ?? []).map(({ tenant }) => tenant).toSorted();
}

const updated = (id: string, name: string, updatedAt: number, more: object = {}) => ({
  event: 'User.Data.Updated',
  params: { userId: id },
  data: { id, name, updatedAt, isSuspended: false, ...more },
});

test('in payload mode the latest updatedAt wins, in any order of arrival', async () => {
  await deliverAll(
    updated('late00000001', 'Third', 3),
    updated('late00000001', 'First', 1),
    updated('late00000001', 'Second', 2),
  );
  expect(await sdk.api.users.get('late00000001')).toMatchObject({ first_name: 'Third' });
});

test('a payload that arrives after a deletion does not recreate the user', async () => {
  await deliverAll(
    updated('gone00000001', 'Here', 1),
    { event: 'User.Deleted', params: { userId: 'gone00000001' }, data: { id: 'gone00000001' } },
    updated('gone00000001', 'Back', 2),
    {
      event: 'Organization.Membership.Updated',
      organizationId: 'org000000001',
      addedUserIds: ['gone00000001'],
    },
  );
  await expect(sdk.api.users.get('gone00000001')).rejects.toMatchObject({ response: { status: 404 } });
  const refused = (await server.asNewcomer('gone00000001')).session.me.query();
  await expect(refused).rejects.toMatchObject({
    data: { httpStatus: 401, latchkey: { code: 'SUBJECT_REVOKED' } },
  });
});

test('custom data, which users may be able to edit, gives no clearance', async () => {
  await deliverAll(updated('part00000001', 'Ann', 1, { customData: { clearance: 'public' } }), {
    event: 'User.Data.Updated',
    params: { userId: 'part00000001' },
    matchedRoute: '/users/:userId/custom-data',
    data: { clearance: 'confidential', id: 'someone-else' },
  });
  const { first_name, attributes } = await sdk.api.users.get('part00000001');
  expect(first_name).toBe('Ann');
  expect(attributes).not.toHaveProperty('clearance');
});

test('a membership that arrives before the sign-up is preserved, and leaving ends it', async () => {
  const member = { event: 'Organization.Membership.Updated', organizationId: 'org000000002' };
  await deliverAll({ ...member, addedUserIds: ['soon00000001'] }, updated('soon00000001', 'Soon', 1));
  expect(await tenantsOf('soon00000001')).toEqual(['default', 'org000000002']);
  await deliverAll({ ...member, removedUserIds: ['soon00000001'] });
  expect(await tenantsOf('soon00000001')).toEqual(['default']);
});

const me = async (id: string) => (await server.asNewcomer(id)).session.me.query();

test('in payload mode a user is created with the default role before their first call is decided, but not a machine', async () => {
  server.permit.faults.add({ method: 'POST', path: '/v2/facts/*', delay: 200 });
  expect(await me('early0000001')).toMatchObject({ roles: ['viewer'] });
  server.permit.faults.clear();
  expect((await sdk.api.users.get('early0000001')).roles).toEqual([{ role: 'viewer', tenant: 'default' }]);
  const token = await server.issuer.sign({ sub: 'machine', client_id: 'machine' });
  const response = await fetch(`${server.url}/api/trpc/session.me`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await response.json()).toMatchObject({ result: { data: { roles: [] } } });
  await expect(sdk.api.users.get('machine')).rejects.toMatchObject({ response: { status: 404 } });
});

test("in payload mode a payload about a user with a machine's id does not lock out the machine", async () => {
  await deliverAll({ event: 'User.Deleted', data: { id: 'robot' } });
  const token = await server.issuer.sign({ sub: 'robot', client_id: 'robot' });
  const response = await fetch(`${server.url}/api/trpc/session.me`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(200);
});

test('in payload mode a run is refused with its code', async () => {
  await sdk.api.users.create({ key: 'operator', role_assignments: [{ role: 'admin', tenant: 'default' }] });
  await expect((await server.asNewcomer('operator')).sync.reconcile.mutate({})).rejects.toMatchObject({
    data: { latchkey: { code: 'SYNC_NOT_CONFIGURED' } },
  });
});

test('a user already in Permit preserves their roles', async () => {
  const key = 'known0000001';
  await sdk.api.users.create({ key, role_assignments: [{ role: 'editor', tenant: 'default' }] });
  expect(await me(key)).toMatchObject({ roles: ['editor'] });
});
