import { afterEach, expect, test } from 'vitest';
import { askForRole, canCreate, clearRequests, grantOf, untilStatus } from '../../testing/requests.ts';
import { rolesIn } from '../../testing/permit-sdk.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { startUpstreams, startTestServer, type Client } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

const day = 86_400;
const changed = { status: 409, code: 'REQUEST_CHANGED' };

/** The servers' clock. It is fixed, so that even a slow machine undoes decisions in time. */
let clock = Date.now();
const now = (): Date => new Date(clock);

const upstreams = await startUpstreams();
const server = await startTestServer({ upstreams, now });
const { client: admin } = await server.join({ key: 'admin', role: 'admin' });
const { client: other } = await server.join({ role: 'admin' });
afterEach(() => clearRequests(server));

type Decision = Awaited<ReturnType<Client['requests']['approve']['mutate']>>;
const undo = (by: Client, { id, decidedAt }: Decision) =>
  by.requests.undo.mutate({ id, decidedAt: decidedAt ?? '' });

test('undoing an approval removes the role on every replica, and the request is open again', async () => {
  const { databaseUrl } = server;
  const replicas = await Promise.all([1, 2].map(() => startTestServer({ upstreams, now, databaseUrl })));
  const { key, client } = await server.join();
  const id = await askForRole(client, 'editor', null);
  const approved = await admin.requests.approve.mutate({ id });
  await untilStatus(server, key, 'active');
  const clients = [client, ...(await Promise.all(replicas.map((one) => one.as(key))))];
  await waitFor(async () =>
    expect(await Promise.all(clients.map(canCreate))).toEqual(['allowed', 'allowed', 'allowed']),
  );
  expect(await undo(admin, approved)).toMatchObject({ status: 'open', decidedBy: null, grant: null });
  expect(await rolesIn(server, key)).toEqual(['viewer']);
  // Repeated, because a replica polls the table only every half second.
  await waitFor(async () =>
    expect(await Promise.all(clients.map(canCreate))).toEqual(['denied', 'denied', 'denied']),
  );
  expect((await client.requests.mine.query({})).items).toMatchObject([{ id, status: 'open', grant: null }]);
  expect(await other.requests.get.query({ id })).toMatchObject({
    status: 'open',
    undone: [{ decision: 'approved', decidedBy: { key: 'admin' }, decidedAt: approved.decidedAt }],
  });
  await untilStatus(server, key, 'ended');
  expect(await other.requests.approve.mutate({ id })).toMatchObject({ status: 'approved' });
  await Promise.all(replicas.map((one) => one.close()));
});

test('undoing a refusal reopens the request and removes its note', async () => {
  const { client } = await server.join();
  const id = await askForRole(client);
  const refused = await admin.requests.refuse.mutate({ id, note: 'No.' });
  await undo(admin, refused);
  expect((await client.requests.mine.query({})).items).toMatchObject([{ status: 'open', note: null }]);
  expect(await admin.requests.get.query({ id })).toMatchObject({ undone: [{ decision: 'refused' }] });
});

test('a decision can be undone for fifteen seconds only', async () => {
  const { client, key } = await server.join();
  const approved = await admin.requests.approve.mutate({ id: await askForRole(client) });
  await untilStatus(server, key, 'active');
  clock += 15_001;
  expect(await codeOf(undo(admin, approved))).toBe('UNDO_EXPIRED');
  expect(await rolesIn(server, key)).toEqual(['editor', 'viewer']);
});

test("a user cannot undo another user's decision, or one that is no longer current", async () => {
  const { client } = await server.join();
  const id = await askForRole(client);
  const first = await admin.requests.refuse.mutate({ id });
  expect(await refusal(undo(other, first))).toMatchObject({
    ...changed,
    details: { status: 'refused', decidedBy: { key: 'admin' }, decidedAt: first.decidedAt },
  });
  await undo(admin, first);
  expect(await refusal(undo(admin, first))).toMatchObject({ ...changed, details: { status: 'open' } });
  clock += 1_000;
  const second = await admin.requests.approve.mutate({ id });
  expect(await refusal(undo(admin, first))).toMatchObject(changed);
  expect((await admin.requests.get.query({ id })).status).toBe('approved');
  await undo(admin, second);
});

test('either an undo or a concurrent new request succeeds', async () => {
  const { client } = await server.join();
  const refused = await admin.requests.refuse.mutate({ id: await askForRole(client) });
  await askForRole(client);
  expect(await refusal(undo(admin, refused))).toMatchObject({ ...changed, details: { status: 'refused' } });
});

test('one of two concurrent undos succeeds, and is recorded once', async () => {
  const { client } = await server.join();
  const id = await askForRole(client);
  const approved = await admin.requests.approve.mutate({ id });
  const answers = await Promise.allSettled([undo(admin, approved), undo(admin, approved)]);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect((await admin.requests.get.query({ id })).undone).toHaveLength(1);
});

test('undoing an extension preserves the role until its earlier end', async () => {
  const { key, client } = await server.join();
  await admin.requests.approve.mutate({ id: await askForRole(client) });
  await untilStatus(server, key, 'active');
  const before = await grantOf(server, key);
  clock += 1_000;
  const extended = await admin.requests.approve.mutate({ id: await askForRole(client, 'editor', 7 * day) });
  await untilStatus(server, key, 'active');
  await undo(admin, extended);
  const { expiresAt, decidedAt, grantedBy, warnedAt } = before ?? {};
  expect(await grantOf(server, key)).toMatchObject({
    status: 'active',
    expiresAt,
    decidedAt,
    grantedBy,
    warnedAt,
  });
  expect(await rolesIn(server, key)).toEqual(['editor', 'viewer']);
});

test('an approval whose grant was extended afterwards cannot be undone', async () => {
  const { key, client } = await server.join();
  const first = await admin.requests.approve.mutate({ id: await askForRole(client) });
  clock += 1_000;
  await other.requests.approve.mutate({ id: await askForRole(client, 'editor', 7 * day) });
  expect(await refusal(undo(admin, first))).toMatchObject({ ...changed, details: { status: 'approved' } });
  await untilStatus(server, key, 'active');
});

test('a role that is being assigned is removed afterwards, not before', async () => {
  const { key, client } = await server.join();
  server.permit.faults.add({ path: '/v2/facts/*', method: 'POST', delay: 600_000 });
  const approved = await admin.requests.approve.mutate({ id: await askForRole(client) });
  await waitFor(async () => expect((await grantOf(server, key))?.attempts).toBe(1));
  await undo(admin, approved);
  expect(await grantOf(server, key)).toMatchObject({ status: 'ending' });
  server.permit.faults.clear();
  await untilStatus(server, key, 'ended');
  expect(await rolesIn(server, key)).toEqual(['viewer']);
});

test('does not remove a role that another user assigned in the meantime', async () => {
  const { key, client } = await server.join();
  server.permit.faults.add({ path: '/v2/facts/*', method: 'POST', delay: 600_000, count: 1 });
  const approved = await admin.requests.approve.mutate({ id: await askForRole(client) });
  await waitFor(() => expect(server.permit.faults.list()).toEqual([]));
  await server.directory.assignRole({ user: key, role: 'editor', tenant: 'default' });
  await undo(admin, approved);
  server.permit.faults.clear();
  await untilStatus(server, key, 'failed');
  expect(await grantOf(server, key)).toMatchObject({ failure: 'ALREADY_HELD' });
  expect(await rolesIn(server, key)).toEqual(['editor', 'viewer']);
  expect(await canCreate(client)).toBe('allowed');
});

test('an approval can be undone while Permit is down, and the role is removed when it recovers', async () => {
  const { key, client } = await server.join();
  const id = await askForRole(client);
  const approved = await admin.requests.approve.mutate({ id });
  await untilStatus(server, key, 'active');
  const assigned = { subject: key, role: 'editor', change: 'assign' } as const;
  expect(await admin.members.preview.query(assigned)).toMatchObject({ obstacle: null });
  server.permit.faults.add({ path: '/v2/facts/*', method: 'DELETE', status: 500 });
  expect(await undo(admin, approved)).toMatchObject({ status: 'open' });
  expect(await codeOf(admin.requests.approve.mutate({ id }))).toBe('ROLE_ENDING');
  expect(await admin.members.preview.query(assigned)).toMatchObject({ obstacle: 'ROLE_ENDING' });
  server.permit.faults.clear();
  clock += 60_000;
  await untilStatus(server, key, 'ended');
  expect(await rolesIn(server, key)).toEqual(['viewer']);
});

test('a temporary administrator cannot leave the tenant without one by undoing an approval', async () => {
  await using unlimited = await startTestServer({ now, approvalRules: {} });
  const { key: last, client: lasting } = await unlimited.join({ role: 'admin', email: 'ann@example.test' });
  const { key: temporary, client: by } = await unlimited.join({ email: 'tim@example.test' });
  await lasting.members.assign.mutate({ subject: temporary, role: 'admin', duration: 3_600 });
  const { key, client } = await unlimited.join({ email: 'bo@example.test' });
  const id = await askForRole(client, 'admin', null);
  const approved = await waitFor(() => by.requests.approve.mutate({ id }));
  await untilStatus(unlimited, key, 'active');
  await by.members.unassign.mutate({ subject: last, role: 'admin' });
  expect(await codeOf(undo(by, approved))).toBe('LAST_ADMINISTRATOR');
  expect(await rolesIn(unlimited, key)).toEqual(['admin', 'viewer']);
});
