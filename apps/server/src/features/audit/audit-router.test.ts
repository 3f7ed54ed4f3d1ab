import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, expect, test, vi } from 'vitest';
import { eventAt } from '../../testing/event-at.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { createEventStore } from './event-store.ts';
import { waitFor } from '../../testing/wait-for.ts';

const server = await startTestServer();
await permitSdk(server.permit).api.tenants.create({ key: 'acme', name: 'Acme' });
const { client: admin } = await server.join({ key: 'ada', role: 'admin' });
const { client: vera } = await server.join({ key: 'vera', firstName: 'Vera Viewer' });
afterEach(() => server.permit.faults.clear());

async function newest(filter: Parameters<Client['audit']['list']['query']>[0] = {}) {
  await server.audit.flush();
  return admin.audit.list.query(filter);
}

test('records each gate decision with user, permission, instance, procedure, reason, source and duration', async () => {
  await vera.reports.list.query({});
  await refusal(vera.collections.create.mutate({ title: 'Mine' }));
  const { events, people } = await newest({ actor: 'vera', limit: 2 });
  expect(events).toMatchObject([
    {
      tenant: 'default',
      kind: 'decision',
      action: 'collections:create',
      outcome: 'deny',
      reason: 'no_permission',
      resource: 'collections',
      instance: null,
      actorKind: 'person',
      channel: 'gate',
      detail: { procedure: 'collections.create', source: 'pdp' },
    },
    {
      action: 'reports:view',
      outcome: 'allow',
      reason: null,
      detail: { procedure: 'reports.list', source: 'pdp' },
    },
  ]);
  expect(people).toEqual([{ key: 'vera', name: 'Vera Viewer', isMachine: true }]);
  for (const { latency, requestId, at } of events) {
    expect(latency).toBeGreaterThan(0);
    expect(requestId).toMatch(/^[\da-f-]{36}$/);
    expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
  }
});

test('records the report of a decision, also for the refusal of a draft and for an outage', async () => {
  const { id } = await admin.reports.create.mutate({ title: 'Draft', kind: 'access-review' });
  await refusal(vera.reports.get.query({ id }));
  server.permit.faults.add({ path: '/allowed*', status: 503 });
  await refusal(vera.reports.publish.mutate({ id }));
  server.permit.faults.clear();
  const { events } = await newest({ actor: 'vera', instance: id });
  expect(events).toMatchObject([
    {
      action: 'reports:publish',
      outcome: 'unavailable',
      reason: 'status',
      detail: { procedure: 'reports.publish' },
    },
    { action: 'reports:edit', outcome: 'deny', instance: id, detail: { procedure: 'reports.get' } },
  ]);
});

test("counts, but does not list, the checks for a page's buttons", async () => {
  const before = await newest({ actor: 'vera' });
  await vera.session.gates.mutate([
    { path: 'reports.create' },
    { path: 'reports.list' },
    { permission: 'audit:view' },
    { path: 'reports.get', input: { id: randomUUID() } },
  ]);
  expect((await newest({ actor: 'vera' })).events).toEqual(before.events);
  const { rows } = await server.db.execute(
    sql`select action, outcome, count::int from audit_counts where kind = 'asked' order by action`,
  );
  expect(rows).toEqual([
    { action: 'audit:view', outcome: 'deny', count: 1 },
    { action: 'reports:create', outcome: 'deny', count: 1 },
    { action: 'reports:view', outcome: 'allow', count: 1 },
  ]);
});

test('requires the permission to see the audit log, and each tenant has its own', async () => {
  expect(await codeOf(vera.audit.list.query({}))).toBe('FORBIDDEN');
  const { client: olga } = await server.join({ key: 'olga', role: 'admin', tenant: 'acme' });
  await olga.audit.list.query({});
  await newest();
  const { events } = await olga.audit.list.query({});
  expect(new Set(events.map(({ tenant, actor }) => `${tenant} ${actor}`))).toEqual(new Set(['acme olga']));
  const [foreign] = (await newest({ actor: 'ada' })).events;
  const id = foreign?.id ?? '';
  expect(await codeOf(olga.audit.get.query({ id }))).toBe('EVENT_NOT_FOUND');
  expect((await admin.audit.get.query({ id })).event).toEqual(foreign);
});

test('pages have no gaps or repetitions, even for events with the same time', async () => {
  const at = '2026-03-01T10:00:00.000Z';
  const events = Array.from({ length: 25 }, (_, index) =>
    eventAt(index < 12 ? at : '2026-03-02T10:00:00.000Z', { actor: 'pages' }),
  );
  await createEventStore(server.db).insert(events);
  const seen: string[] = [];
  let before: string | undefined;
  do {
    const page = await newest({ actor: 'pages', limit: 5, cursor: before });
    seen.push(...page.events.map(({ id }) => id));
    before = page.next ?? undefined;
  } while (before !== undefined);
  expect(seen).toHaveLength(25);
  expect(seen.toSorted()).toEqual(events.map(({ id }) => id).toSorted());
});

test('the events of a person are those by and about them, once each, in pages and in the chart', async () => {
  const change = { kind: 'change', action: 'role.assign', outcome: 'done', channel: 'console' } as const;
  const [ten, eleven, noon] = [
    '2026-03-03T10:00:00.000Z',
    '2026-03-03T11:00:00.000Z',
    '2026-03-03T12:00:00.000Z',
  ] as const;
  const own = eventAt(noon, { ...change, actor: 'pat', subject: 'pat' });
  const about = eventAt(eleven, { ...change, actor: 'ada', subject: 'pat' });
  const by = [ten, ten].map((time) => eventAt(time, { actor: 'pat' }));
  await createEventStore(server.db).insert([
    own,
    about,
    ...by,
    eventAt(eleven, { ...change, actor: 'ada', subject: 'vera' }),
    eventAt(eleven, { ...change, actor: 'pat', subject: 'pat', tenant: 'acme' }),
  ]);
  const expected = [own, about, ...by.toSorted((one, other) => (one.id < other.id ? 1 : -1))];
  const first = await newest({ person: 'pat', limit: 3 });
  const second = await newest({ person: 'pat', limit: 3, cursor: first.next ?? undefined });
  const ids = [first, second].flatMap(({ events }) => events.map(({ id }) => id));
  expect(ids).toEqual(expected.map(({ id }) => id));
  expect(second.next).toBeNull();
  expect((await newest({ person: 'pat', actor: 'ada' })).events).toMatchObject([{ id: about.id }]);
  expect((await newest({ person: 'pat', outcomes: ['deny', 'done'] })).events).toHaveLength(2);
  const day = { from: '2026-03-03T00:00:00.000Z', to: '2026-03-04T00:00:00.000Z', person: 'pat' };
  const { bars } = await admin.audit.histogram.query(day);
  expect(bars.map(({ kind, count }) => [kind, count])).toEqual([
    ['decision', 2],
    ['change', 1],
    ['change', 1],
  ]);
});

test('a server that starts drops days past the retention, and no others', async () => {
  const tenant = 'old';
  const store = createEventStore(server.db);
  await store.insert([
    eventAt('2025-01-01T10:00:00.000Z', { tenant }),
    eventAt('2026-01-01T10:00:00.000Z', { tenant }),
  ]);
  await startTestServer({
    databaseUrl: server.databaseUrl,
    now: () => new Date('2026-06-01T00:00:00Z'),
  });
  await waitFor(async () => {
    const { rows } = await server.db.execute(
      sql`select at::date::text as day, (select count(*)::int from audit_counts where tenant = 'old') as counted
        from audit_events where tenant = 'old'`,
    );
    expect(rows).toEqual([{ day: '2026-01-01', counted: 1 }]);
  });
  // An event that was delayed for longer than the retention is still stored.
  await store.insert([eventAt('2025-01-01T11:00:00.000Z', { tenant })]);
  expect((await server.db.execute(sql`select at from audit_events where tenant = 'old'`)).rows).toHaveLength(
    2,
  );
});

test('a batch that is sent again stores and counts nothing twice', async () => {
  const store = createEventStore(server.db);
  const events = [eventAt('2026-04-01T10:00:00.000Z', { tenant: 'twice' })];
  await store.insert(events);
  await store.insert([...events, eventAt('2026-04-01T10:30:00.000Z', { tenant: 'twice' })]);
  const { rows } = await server.db.execute(sql`select count::int from audit_counts where tenant = 'twice'`);
  expect(rows).toEqual([{ count: 2 }]);
});

test('records reading the log once a minute, and notifies pages of all events but those', async () => {
  const heard = vi.fn<(change: { tenants: string[] }) => void>();
  const { client: rita } = await server.join({ key: 'rita', role: 'admin', tenant: 'acme' });
  const unsubscribe = server.audit.changes.subscribe({ onMessage: heard, onGap() {} });
  await rita.audit.list.query({});
  await rita.audit.list.query({});
  await server.audit.flush();
  expect((await rita.audit.list.query({ actor: 'rita' })).events).toMatchObject([{ action: 'audit:view' }]);
  await vera.reports.list.query({});
  await server.audit.flush();
  const tenants = () => heard.mock.calls.flatMap(([change]) => change.tenants);
  await waitFor(() => expect(tenants()).toContain('default'));
  expect(tenants()).not.toContain('acme');
  unsubscribe();
});

test('records reading the logs of two tenants in each', async () => {
  const { client: tess } = await server.join({ key: 'tess', role: 'admin' });
  await server.directory.assignRole({ user: 'tess', role: 'admin', tenant: 'acme' });
  const readers = [tess, await server.as('tess', 'acme')];
  for (const reader of readers) await reader.audit.list.query({});
  await server.audit.flush();
  const read = await Promise.all(readers.map(({ audit }) => audit.list.query({ actor: 'tess' })));
  expect(read.map(({ events }) => events.map(({ action, tenant }) => [action, tenant]))).toEqual([
    [['audit:view', 'default']],
    [['audit:view', 'acme']],
  ]);
});
