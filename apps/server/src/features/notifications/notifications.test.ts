import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createEventStore } from '../audit/event-store.ts';
import { eventAt } from '../../testing/event-at.ts';
import { codeOf } from '../../testing/call-procedure.ts';
import { askForRole, giveByRequest } from '../../testing/requests.ts';
import { openStream } from '../../testing/listen.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startUpstreams, startTestServer, type TestServer, type Client } from '../../testing/test-server.ts';
import { notificationMarks } from './tables.ts';
import { waitFor } from '../../testing/wait-for.ts';

const day = 86_400;
/** The clock of both servers. It strictly increases, so that events are ordered. */
let clock = Date.now();
const now = (): Date => new Date((clock += 1));

const upstreams = await startUpstreams();
const server = await startTestServer({ upstreams, now });
const replica = await startTestServer({ upstreams, now, databaseUrl: server.databaseUrl });
const { client: admin } = await server.join({ key: 'ada', firstName: 'Ada', role: 'admin' });

const listFor = async (client: Client) => {
  await server.audit.flush();
  return client.notifications.list.query();
};
const kindsOf = async (client: Client): Promise<string[]> => (await listFor(client)).map(({ kind }) => kind);

test('notifies users of decisions, assignments, removals and ends with the actor, and never of their own changes', async () => {
  const { key, client } = await server.join();
  const refused = await askForRole(client);
  await admin.requests.refuse.mutate({ id: refused });
  const approved = await giveByRequest(server, admin, { key });
  await admin.members.unassign.mutate({ subject: key, role: 'viewer' });
  await admin.members.assign.mutate({ subject: key, role: 'viewer' });
  const found = await listFor(client);
  expect(found.map(({ kind, roles, by, request }) => ({ kind, roles, by: by?.name, request }))).toEqual([
    { kind: 'role-given', roles: ['viewer'], by: 'Ada', request: null },
    { kind: 'role-taken', roles: ['viewer'], by: 'Ada', request: null },
    { kind: 'approved', roles: ['editor'], by: 'Ada', request: approved },
    { kind: 'refused', roles: ['editor'], by: 'Ada', request: refused },
  ]);
  await admin.members.assign.mutate({ subject: 'ada', role: 'editor' });
  expect((await listFor(admin)).filter(({ by }) => by?.key === 'ada')).toEqual([]);
  // In the last quarter of the grant, a notification announces the end; after the end, another one replaces it.
  clock += 20 * 3_600_000;
  await waitFor(async () => expect((await kindsOf(client))[0]).toBe('ends-soon'));
  clock += 5 * 3_600_000;
  await waitFor(async () => expect((await kindsOf(client))[0]).toBe('role-ended'));
  expect(await kindsOf(client)).not.toContain('ends-soon');
});

test('notifies approvers of a request until it is decided, and no others', async () => {
  const { client } = await server.join();
  const { client: colleague } = await server.join();
  const id = await askForRole(client);
  const mine = (await listFor(admin)).filter(({ request }) => request === id);
  expect(mine).toMatchObject([{ kind: 'to-decide', roles: ['editor'], isRead: false }]);
  expect(await listFor(client)).toEqual([]);
  expect(await listFor(colleague)).toEqual([]);
  await admin.requests.refuse.mutate({ id });
  expect((await listFor(admin)).filter(({ request }) => request === id)).toEqual([]);
});

test('the newest is first, whatever it is about', async () => {
  const { key, client: boss } = await server.join({ role: 'admin' });
  const { client } = await server.join();
  await askForRole(client);
  await admin.members.assign.mutate({ subject: key, role: 'editor' });
  const latest = await askForRole((await server.join()).client);
  const [first, second] = await listFor(boss);
  expect([first, second]).toMatchObject([{ kind: 'to-decide', request: latest }, { kind: 'role-given' }]);
});

test('read marks apply on every replica, and later notifications remain unread', async () => {
  const { key, client } = await server.join();
  const there = await replica.as(key);
  await admin.members.assign.mutate({ subject: key, role: 'editor' });
  const [first] = await listFor(client);
  expect(await there.notifications.unread.query()).toBe(1);
  await client.notifications.markRead.mutate({ ids: [first?.id ?? ''] });
  expect(await there.notifications.unread.query()).toBe(0);
  await admin.members.unassign.mutate({ subject: key, role: 'editor' });
  expect((await listFor(there)).map(({ kind, isRead }) => ({ kind, isRead }))).toEqual([
    { kind: 'role-taken', isRead: false },
    { kind: 'role-given', isRead: true },
  ]);
  // Marks only up to the first notification. The second is newer.
  await there.notifications.markAllRead.mutate({ until: first?.at ?? '' });
  expect(await client.notifications.unread.query()).toBe(1);
  const [newest] = await listFor(there);
  await there.notifications.markAllRead.mutate({ until: newest?.at ?? '' });
  expect(await client.notifications.unread.query()).toBe(0);
  // An older time unmarks nothing, and a future time does not mark later notifications.
  await client.notifications.markAllRead.mutate({ until: '2020-01-01T00:00:00.000Z' });
  expect(await client.notifications.unread.query()).toBe(0);
  await client.notifications.markAllRead.mutate({ until: '2999-01-01T00:00:00.000Z' });
  await admin.members.assign.mutate({ subject: key, role: 'editor' });
  await server.audit.flush();
  expect(await there.notifications.unread.query()).toBe(1);
});

test('concurrent marks in two tabs are merged', async () => {
  const { key, client } = await server.join();
  const there = await replica.as(key);
  const ids = Array.from({ length: 20 }, () => randomUUID());
  await Promise.all(
    ids.map((id, index) => (index % 2 === 0 ? client : there).notifications.markRead.mutate({ ids: [id] })),
  );
  const rows = await server.db.select().from(notificationMarks);
  expect(rows.find(({ subject }) => subject === key)?.readIds.toSorted()).toEqual(ids.toSorted());
  expect(await codeOf(client.notifications.markRead.mutate({ ids: [] }))).toBe('INPUT_INVALID');
});

test('announces that a role ends soon only in its own tenant', async () => {
  const { key, client } = await server.join();
  await permitSdk(server.permit).api.tenants.create({ key: 'ends', name: 'Ends' });
  await server.directory.assignRole({ user: key, role: 'viewer', tenant: 'ends' });
  const elsewhere = await server.as(key, 'ends');
  await giveByRequest(server, admin, { key });
  clock += 20 * 3_600_000;
  await waitFor(async () => expect((await kindsOf(client))[0]).toBe('ends-soon'));
  expect(await kindsOf(elsewhere)).toEqual([]);
});

/** Calls `act` when the stream is open, and resolves to what it emits. */
async function untilNotified(of: TestServer, subject: string, act: () => Promise<unknown>): Promise<string> {
  const { ended } = await openStream(of, 'session.changes', { subject, until: /"changed":true/ });
  await act();
  return ended;
}
const notified = expect.stringContaining('"changed":true');

test('notifies an open page on another replica of changes other than facts: a refusal, a new request, its decision by another user, read marks', async () => {
  const { key, client } = await server.join();
  await replica.as(key);
  let id = '';
  expect(await untilNotified(replica, 'ada', async () => (id = await askForRole(client)))).toEqual(notified);
  expect(await untilNotified(replica, key, () => admin.requests.refuse.mutate({ id }))).toEqual(notified);
  // When another approver decides, the notification disappears from the open page.
  const { key: bert } = await server.join({ role: 'admin' });
  const there = await replica.as(bert);
  id = await askForRole(client);
  const waiting = async () => (await there.notifications.list.query()).map(({ request }) => request);
  expect(await waiting()).toContain(id);
  expect(await untilNotified(replica, bert, () => admin.requests.refuse.mutate({ id }))).toEqual(notified);
  expect(await waiting()).not.toContain(id);
  // Read marks alone, for a user without other notifications.
  const other = await server.join();
  const read = () => other.client.notifications.markRead.mutate({ ids: ['one'] });
  expect(await untilNotified(replica, other.key, read)).toEqual(notified);
});

test('omits notifications older than 30 days', async () => {
  const { client } = await server.join();
  const id = await askForRole(client);
  expect((await listFor(admin)).map(({ request }) => request)).toContain(id);
  clock += 31 * day * 1_000;
  expect((await listFor(admin)).map(({ request }) => request)).not.toContain(id);
});

test("a user's own changes displace no notifications", async () => {
  const { key, client } = await server.join({ role: 'admin' });
  await admin.members.assign.mutate({ subject: key, role: 'editor' });
  await server.audit.flush();
  const own = { kind: 'change', action: 'role.assign', outcome: 'done', channel: 'console' } as const;
  await createEventStore(server.db).insert(
    Array.from({ length: 250 }, () => eventAt(now().toISOString(), { ...own, actor: key, subject: key })),
  );
  expect(await kindsOf(client)).toEqual(['role-given']);
});

test('includes the title for readers with access, and not for those who lost it', async () => {
  const { key, client } = await server.join();
  const report = await admin.reports.create.mutate({ title: 'Costs', kind: 'access-review' });
  const collection = await admin.collections.create.mutate({ title: 'Audit 2026' });
  await admin.reports.share.mutate({ id: report.id, subject: key, role: 'editor' });
  await admin.collections.share.mutate({ id: collection.id, subject: key, role: 'reader' });
  const on = async () => (await listFor(client)).map(({ kind, on: about }) => [kind, about?.title]);
  await waitFor(async () =>
    expect(await on()).toEqual([
      ['share-given', 'Audit 2026'],
      ['share-given', 'Costs'],
    ]),
  );
  await admin.collections.unshare.mutate({ id: collection.id, subject: key, role: 'reader' });
  await waitFor(async () =>
    expect(await on()).toEqual([
      ['share-taken', null],
      ['share-given', null],
      ['share-given', 'Costs'],
    ]),
  );
});
