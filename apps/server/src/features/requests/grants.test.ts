import { eq } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { rolesIn } from '../../testing/permit-sdk.ts';
import { grantRow } from '../../testing/rows.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { askForRole, canCreate, clearRequests, grantOf, untilStatus } from '../../testing/requests.ts';
import { startUpstreams, startTestServer, type Client, type Joined } from '../../testing/test-server.ts';
import { accessGrants } from './tables.ts';
import { waitFor } from '../../testing/wait-for.ts';

const day = 86_400;
const asEditor = { kind: 'role', role: 'editor' } as const;
const unavailable = { status: 503, code: 'AUTHORIZATION_UNAVAILABLE', requestId: 'string' };

/** The number of seconds by which the servers' clocks are ahead. */
let ahead = 0;
const now = (): Date => new Date(Date.now() + ahead * 1_000);

const upstreams = await startUpstreams();
let server = await startTestServer({ upstreams, now });
let { client: admin } = await server.join({ key: 'admin', role: 'admin' });
afterEach(() => clearRequests(server));

const endsSoon = async ({ client }: { client: Client }) =>
  (await client.requests.mine.query({})).items[0]?.grant?.endsSoon;

const changesOf = async (...actions: string[]) => {
  await server.audit.flush();
  return (await admin.audit.list.query({ kind: 'change', actions })).events;
};

async function editorForADay(): Promise<Joined> {
  const person = await server.join();
  await admin.requests.approve.mutate({ id: await askForRole(person.client) });
  await untilStatus(server, person.key, 'active');
  await waitFor(async () => expect(await canCreate(person.client)).toBe('allowed'));
  return person;
}

test('an approval grants the role with its end, and both users can read it', async () => {
  const { key, client } = await server.join();
  const id = await askForRole(client);
  const approved = await admin.requests.approve.mutate({ id });
  expect(approved).toMatchObject({
    status: 'approved',
    decidedBy: { key: 'admin' },
    grant: { status: 'pending', failure: null },
  });
  await untilStatus(server, key, 'active');
  expect(await rolesIn(server, key)).toEqual(['editor', 'viewer']);
  await waitFor(async () => expect(await canCreate(client)).toBe('allowed'));
  const [mine] = (await client.requests.mine.query({})).items;
  const end = Date.parse(mine?.grant?.expiresAt ?? '') - now().getTime();
  expect(end).toBeGreaterThan((day - 60) * 1_000);
  expect(end).toBeLessThanOrEqual(day * 1_000);
  expect(mine).toMatchObject({ grant: { status: 'active', endsSoon: false, endedAt: null } });
});

test('one of several concurrent decisions succeeds, and the other approvers learn of it', async () => {
  const { key, client } = await server.join();
  const id = await askForRole(client);
  const { client: other } = await server.join({ role: 'admin' });
  const answers = await Promise.allSettled([
    admin.requests.approve.mutate({ id }),
    other.requests.refuse.mutate({ id, note: 'not now' }),
    other.requests.approve.mutate({ id }),
    client.requests.withdraw.mutate({ id }),
  ]);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const { status, decidedBy } = (await client.requests.mine.query({})).items[0] ?? {};
  for (const call of [
    () => admin.requests.approve.mutate({ id }),
    () => other.requests.refuse.mutate({ id }),
  ]) {
    expect(await refusal(call())).toMatchObject({
      status: 409,
      code: 'REQUEST_DECIDED',
      details: { status, decidedBy },
    });
  }
  const grants = await server.db.select().from(accessGrants).where(eq(accessGrants.subject, key));
  expect(grants).toHaveLength(status === 'approved' ? 1 : 0);
});

test('an approval can shorten the duration, but not extend it', async () => {
  const { client, key } = await server.join();
  const id = await askForRole(client);
  for (const duration of [day + 1, null]) {
    expect(await codeOf(admin.requests.approve.mutate({ id, duration }))).toBe('DURATION_EXCEEDED');
  }
  await admin.requests.approve.mutate({ id, duration: 3_600 });
  const grant = await grantOf(server, key);
  expect((grant?.expiresAt?.getTime() ?? 0) - (grant?.grantedAt.getTime() ?? 0)).toBe(3_600_000);
});

test('a refusal shows its reason to the requester, and grants no role', async () => {
  const { client, key } = await server.join();
  const id = await askForRole(client);
  await admin.requests.refuse.mutate({ id, note: 'Ask again in spring.' });
  expect((await client.requests.mine.query({})).items).toMatchObject([
    { status: 'refused', note: 'Ask again in spring.', decidedBy: { key: 'admin' }, grant: null },
  ]);
  expect(await grantOf(server, key)).toBeUndefined();
});

test('a role already held is not granted, and the request remains open', async () => {
  const { client, key } = await server.join();
  const id = await askForRole(client);
  await server.directory.assignRole({ user: key, role: 'editor', tenant: 'default' });
  expect(await codeOf(admin.requests.approve.mutate({ id }))).toBe('ALREADY_HELD');
  expect((await client.requests.mine.query({})).items).toMatchObject([{ status: 'open' }]);
});

test('after its end a role allows no call, and is removed from Permit, with one event without an actor', async () => {
  const person = await editorForADay();
  const { client, key } = person;
  const end = {
    target: asEditor,
    at: (await grantOf(server, key))?.expiresAt?.toISOString(),
    isRemoved: false,
  };
  expect((await client.session.me.query()).ends).toEqual([{ ...end, hasEnded: false }]);
  expect((await admin.session.me.query()).ends).toEqual([]);
  ahead += day - 100;
  await waitFor(async () => expect(await endsSoon(person)).toBe(true));
  ahead += 100;
  expect(await canCreate(client)).toBe('denied');
  await untilStatus(server, key, 'ended');
  expect((await client.session.me.query()).ends).toEqual([{ ...end, hasEnded: true }]);
  expect(await rolesIn(server, key)).toEqual(['viewer']);
  expect((await client.requests.mine.query({})).items).toMatchObject([
    { status: 'approved', grant: { status: 'ended', endsSoon: false } },
  ]);
  const system = { outcome: 'done', channel: 'request', actor: null, actorKind: 'system' };
  expect((await changesOf('grant.end')).filter(({ subject }) => subject === key)).toMatchObject([
    { ...system, detail: { before: { role: 'editor', endsAt: end.at } } },
  ]);
});

test('while the PDP still has an ended role, its holder gets 503 on every replica', async () => {
  const replica = await startTestServer({ databaseUrl: server.databaseUrl, upstreams, now });
  const { client, key } = await editorForADay();
  const there = await replica.as(key);
  expect(await canCreate(there)).toBe('allowed');
  server.permit.faults.add({ path: '/user-permissions', status: 500 });
  ahead += day;
  await untilStatus(server, key, 'ended');
  // The checks for buttons use another PDP call, which would succeed.
  const gates = [{ path: 'reports.create' }];
  expect(await refusal(there.session.gates.mutate(gates))).toEqual(unavailable);
  expect(await refusal(client.session.gates.mutate(gates))).toEqual(unavailable);
  server.permit.faults.clear();
  expect(await canCreate(there)).toBe('denied');
  expect(await canCreate(client)).toBe('denied');
  await replica.close();
});

test('a grant that ends while no server runs allows no call on the next one', async () => {
  const databaseUrl = server.databaseUrl;
  const { key } = await editorForADay();
  await server.close();
  ahead += day;
  server = await startTestServer({ databaseUrl, upstreams, now });
  expect(await canCreate(await server.as(key))).toBe('denied');
  admin = await server.as('admin');
});

test('a role removed elsewhere ends without an event, and a role assigned elsewhere stays', async () => {
  const { key } = await editorForADay();
  await server.directory.unassignRole({ user: key, role: 'editor', tenant: 'default' });
  ahead += day;
  await untilStatus(server, key, 'ended');

  const other = await server.join();
  await server.directory.assignRole({ user: other.key, role: 'editor', tenant: 'default' });
  // Simulates that the role was assigned elsewhere between the approval and the assignment.
  await server.db
    .insert(accessGrants)
    .values(
      grantRow({ subject: other.key, grantedAt: now(), expiresAt: new Date(now().getTime() + day * 1_000) }),
    );
  await untilStatus(server, other.key, 'failed');
  expect(await grantOf(server, other.key)).toMatchObject({ failure: 'ALREADY_HELD' });
  ahead += day;
  expect(await canCreate(other.client)).toBe('allowed');
});

test('a role on a collection is granted with inherited roles, undone, and ends on time', async () => {
  const { client, key } = await server.join();
  const { id } = await admin.collections.create.mutate({ title: 'Audit 2026' });
  const report = await admin.reports.create.mutate({ title: 'Draft', kind: 'access-review' });
  await admin.collections.add.mutate({ id, report: report.id });
  const target = { kind: 'instance', resource: 'collections', id, role: 'editor' } as const;
  const reads = (): Promise<unknown> => codeOf(client.reports.get.query({ id: report.id }));
  const request = { id: await askForRole(client, target) };
  const { decidedAt } = await admin.requests.approve.mutate(request);
  await untilStatus(server, key, 'active');
  await waitFor(async () => expect(await reads()).toBe('ok'));
  await admin.requests.undo.mutate({ ...request, decidedAt: decidedAt ?? '' });
  await waitFor(async () => expect(await reads()).toBe('FORBIDDEN'));
  // Repeated, because the role cannot be granted again while it is being removed.
  await waitFor(() => admin.requests.approve.mutate(request));
  await waitFor(async () => expect(await reads()).toBe('ok'));
  expect((await admin.collections.access.query({ id })).people).toContainEqual(
    expect.objectContaining({
      key,
      roles: [
        { role: 'editor', source: expect.objectContaining({ kind: 'request', requestId: request.id }) },
      ],
    }),
  );
  await waitFor(async () => {
    const { events, titles } = await admin.audit.list.query({ limit: 20 });
    expect(events).toContainEqual(
      expect.objectContaining({
        action: 'request.approve',
        subject: key,
        resource: 'collections',
        instance: id,
      }),
    );
    expect(titles).toMatchObject({ [id]: 'Audit 2026' });
  });
  ahead += day;
  expect(await reads()).toBe('FORBIDDEN');
  expect(await refusal(client.collections.get.query({ id }))).toMatchObject({ status: 403 });
});

test('a removal or an undo is one event with its actor', async () => {
  const taken = await editorForADay();
  await admin.members.unassign.mutate({ subject: taken.key, role: 'editor' });
  await untilStatus(server, taken.key, 'ended');
  const undone = await server.join();
  const id = await askForRole(undone.client);
  const { decidedAt } = await admin.requests.approve.mutate({ id });
  await untilStatus(server, undone.key, 'active');
  await admin.requests.undo.mutate({ id, decidedAt: decidedAt ?? '' });
  const refused = await editorForADay();
  server.permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', status: 403 });
  await expect(admin.members.unassign.mutate({ subject: refused.key, role: 'editor' })).rejects.toThrow();
  server.permit.faults.clear();
  await untilStatus(server, refused.key, 'ended');
  const events = await changesOf('grant.end', 'role.unassign', 'request.undo');
  const people = [taken.key, undone.key, refused.key];
  expect(events.filter(({ subject }) => people.includes(subject ?? '')).toReversed()).toMatchObject([
    { action: 'role.unassign', outcome: 'done', subject: taken.key },
    { action: 'request.undo', outcome: 'done', subject: undone.key },
    { action: 'role.unassign', outcome: 'failed', subject: refused.key },
    // Recorded when the worker has removed the role later.
    { action: 'grant.end', outcome: 'done', subject: refused.key, actor: null },
  ]);
});
