import { expect, test, vi } from 'vitest';
import { lockUntilCommit } from '../../platform/database/open-database.ts';
import { giveByRequest } from '../../testing/requests.ts';
import { permitSdk, rolesIn } from '../../testing/permit-sdk.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { roleChanges } from './tables.ts';

const tenant = 'default';

const server = await startTestServer({ approvalRules: {} });
const sdk = permitSdk(server.permit);
const { client: admin } = await server.join({ key: 'ada', role: 'admin', email: 'ada@example.com' });

const newcomer = async (role = 'viewer'): Promise<string> => {
  const key = `person-${crypto.randomUUID()}`;
  await server.join({ key, role, email: `${key}@example.com` });
  return key;
};

test('refuses to remove the last administrator; machines, suspended users and temporary roles do not count', async () => {
  await server.directory.provisionUser({ key: 'robot-admin', firstName: 'Robot' }, { role: 'admin', tenant });
  const suspended = await newcomer('admin');
  await server.sync.revocations.record(suspended, 'suspended');
  const temporary = await newcomer();
  await giveByRequest(server, admin, { key: temporary, role: 'admin' });

  const last = { subject: 'ada', role: 'admin' } as const;
  expect(await codeOf(admin.members.unassign.mutate(last))).toBe('LAST_ADMINISTRATOR');
  expect(await admin.members.preview.query({ ...last, change: 'unassign' })).toMatchObject({
    obstacle: 'LAST_ADMINISTRATOR',
  });
  expect(await rolesIn(server, 'ada')).toEqual(['admin']);

  const second = await newcomer('admin');
  expect(await admin.members.preview.query({ ...last, change: 'unassign' })).toMatchObject({
    obstacle: null,
  });
  await admin.members.unassign.mutate({ subject: second, role: 'admin' });
  await admin.members.unassign.mutate({ subject: temporary, role: 'admin' });
});

test('an administrator here is unaffected by the end of the same role in another tenant', async () => {
  await sdk.api.tenants.create({ key: 'globex', name: 'Globex' });
  const both = await newcomer();
  await giveByRequest(server, admin, { key: both, role: 'admin' });
  await server.directory.assignRole({ user: both, role: 'admin', tenant: 'globex' });
  await server.directory.provisionUser({ key: 'robot-globex' }, { role: 'admin', tenant: 'globex' });
  const { members: ofGlobex } = await server.as(both, 'globex');
  const changed = await ofGlobex.unassign.mutate({ subject: 'robot-globex', role: 'admin' });
  expect(changed.roles).toEqual([]);
  await admin.members.unassign.mutate({ subject: both, role: 'admin' });
});

test('a permanent administrator by a request counts as another administrator', async () => {
  const asked = await newcomer();
  await giveByRequest(server, admin, { key: asked, role: 'admin', duration: null });
  const last = { subject: 'ada', role: 'admin', change: 'unassign' } as const;
  expect(await admin.members.preview.query(last)).toMatchObject({ obstacle: null });
  await admin.members.unassign.mutate({ subject: asked, role: 'admin' });
  expect(await admin.members.preview.query(last)).toMatchObject({ obstacle: 'LAST_ADMINISTRATOR' });
});

test('an administrator whose account was deleted does not count, even before sync has removed them', async () => {
  const deleted = await newcomer('admin');
  const last = { subject: 'ada', role: 'admin', change: 'unassign' } as const;
  expect(await admin.members.preview.query(last)).toMatchObject({ obstacle: null });
  await server.sync.revocations.record(deleted, 'gone');
  expect(await admin.members.preview.query(last)).toMatchObject({ obstacle: 'LAST_ADMINISTRATOR' });
  await server.directory.unassignRole({ user: deleted, role: 'admin', tenant });
});

test('an administrator does not count after a removal with an unknown outcome, but does after a refused one', async () => {
  const second = await newcomer('admin');
  await waitFor(() => admin.members.get.query({ subject: second }));
  const last = { subject: 'ada', role: 'admin', change: 'unassign' } as const;
  const removal = { method: 'DELETE', path: '/v2/facts/*' };
  const obstacle = async () => (await admin.members.preview.query(last)).obstacle;
  const fails = async () => {
    await refusal(admin.members.unassign.mutate({ subject: second, role: 'admin' }));
    server.permit.faults.clear();
  };

  const elsewhere = {
    tenant: 'acme',
    subject: second,
    role: 'admin',
    change: 'unassign',
    by: 'ada',
  } as const;
  await server.db.insert(roleChanges).values({ ...elsewhere, id: crypto.randomUUID(), at: new Date() });
  server.permit.faults.add({ ...removal, status: 403 });
  await fails();
  expect(await obstacle()).toBeNull();
  server.permit.faults.add({ ...removal, status: 503 });
  await fails();
  expect(await obstacle()).toBe('LAST_ADMINISTRATOR');
  // On a replica whose clock is ahead.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 90_000 });
  expect(await obstacle()).toBe('LAST_ADMINISTRATOR');
  vi.useRealTimers();
  expect(await codeOf(admin.members.unassign.mutate({ subject: 'ada', role: 'admin' }))).toBe(
    'LAST_ADMINISTRATOR',
  );
  expect(await rolesIn(server, 'ada')).toEqual(['admin']);
  await server.directory.unassignRole({ user: second, role: 'admin', tenant });
});

const replica = await startTestServer({
  databaseUrl: server.databaseUrl,
  upstreams: server,
  deadlines: { database: 4_000 },
});

test('a removal that waits too long for one on another replica is refused as busy, not as an outage', async () => {
  const second = await newcomer('admin');
  const other = await replica.as('ada');
  await server.db.transaction(async (transaction) => {
    await lockUntilCommit(transaction, `administrators of ${tenant}`);
    const refused = await refusal(other.members.unassign.mutate({ subject: second, role: 'admin' }));
    expect(refused).toMatchObject({ code: 'SERVER_BUSY' });
  });
  await other.members.unassign.mutate({ subject: second, role: 'admin' });
});
