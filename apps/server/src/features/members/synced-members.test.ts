import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startTestLogto } from '../../testing/test-logto.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

const logto = await startTestLogto();
const server = await startTestServer({ logto: logto.management });
await logto.hookTo(server.url);
const id = await logto.newUser({ username: 'ada', name: 'Ada Admin', primaryEmail: 'ada@example.com' });
const { client: admin } = await server.join({ key: id, email: 'ada@example.com', role: 'admin' });

const found = async (search: string) => (await admin.members.list.query({ search })).members;

test('the list reflects a user who signs up, changes, is suspended, reactivated and deleted in Logto', async () => {
  const id = await logto.newUser({ username: 'zoe', name: 'Zoe Ekström', primaryEmail: 'zoe@example.com' });
  await waitFor(async () => {
    expect(await found('ekström')).toMatchObject([
      {
        subject: id,
        kind: 'person',
        status: 'active',
        roles: [{ role: 'viewer', source: { kind: 'default' } }],
      },
    ]);
  });
  await logto.manage('PATCH', `/users/${id}`, { name: 'Zoe Lind' });
  await waitFor(async () => expect(await found('lind')).toHaveLength(1));
  await admin.members.assign.mutate({ subject: id, role: 'editor' });
  await logto.manage('PATCH', `/users/${id}/is-suspended`, { isSuspended: true });
  await waitFor(async () => {
    expect((await admin.members.list.query({ status: 'suspended' })).members).toMatchObject([
      { subject: id, status: 'suspended', roles: [{ role: 'viewer' }, { role: 'editor' }] },
    ]);
  });
  await logto.manage('PATCH', `/users/${id}/is-suspended`, { isSuspended: false });
  await waitFor(async () => {
    expect(await found('lind')).toMatchObject([
      {
        status: 'active',
        roles: [
          { role: 'viewer' },
          { role: 'editor', source: { kind: 'hand', by: { key: expect.any(String) } } },
        ],
      },
    ]);
  });
  await logto.manage('DELETE', `/users/${id}`);
  await waitFor(async () => expect(await found('lind')).toEqual([]));
});

test('lists a member of an organization until they leave', async () => {
  const organization = await logto.newOrganization('Acme');
  const id = await logto.newUser({ username: 'max', name: 'Max Meier' });
  await logto.join(organization, id);
  await server.join({ key: 'boss', email: 'boss@example.com' });
  const boss = await server.as('boss', organization);
  await waitFor(async () => expect(await found('meier')).toHaveLength(1));
  await server.directory.assignRole({ user: 'boss', role: 'editor', tenant: organization });
  const names = async () => (await boss.members.list.query({})).members.map(({ name }) => name);
  await waitFor(async () => expect(await names()).toEqual(['Max Meier']));
  await logto.manage('DELETE', `/organizations/${organization}/users/${id}`);
  await waitFor(async () => expect(await names()).toEqual([]));
});

/** Starts a run and waits until it is done. */
async function sweep(): Promise<void> {
  const { id } = await admin.sync.reconcile.mutate({ force: true });
  for (;;) {
    const { runs } = await admin.sync.status.query();
    if (runs.find((run) => run.id === id)?.status === 'done') return;
    await sleep(50);
  }
}

test('a sweep updates the last sign-in of all users, and finds those whose delivery was lost', async () => {
  await logto.loseDeliveries();
  const id = await logto.newUser({ username: 'lost', name: 'Lost Delivery' });
  const before = Date.now();
  await sweep();
  expect(await found('lost delivery')).toMatchObject([{ subject: id, lastSignInAt: null, status: 'active' }]);
  const { asOf } = await admin.members.list.query({});
  expect(Date.parse(asOf ?? '')).toBeGreaterThanOrEqual(before);
  await logto.manage('DELETE', `/users/${id}`);
  await sweep();
  expect(await found('lost delivery')).toEqual([]);
});
