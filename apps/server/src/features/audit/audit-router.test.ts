import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { eventAt } from '../../testing/event-at.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { idsOf, pagesOf } from '../../testing/pages.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { createEventStore } from './event-store.ts';
import { waitFor } from '../../testing/wait-for.ts';

const server = await startTestServer({ audit: { explanationsPerMinute: 100 } });
await permitSdk(server.permit).api.tenants.create({ key: 'acme', name: 'Acme' });
const { client: admin } = await server.join({ key: 'ada', role: 'admin' });
const { client: vera } = await server.join({ key: 'vera', firstName: 'Vera Viewer' });

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

const pageOfMany = async (input: { readonly cursor?: string }) => {
  const { events: items, next: nextCursor } = await newest({ actor: 'pages', limit: 5, ...input });
  return { items, nextCursor };
};

test('pages have no gaps or repetitions, even for events with the same time', async () => {
  const at = '2026-03-01T10:00:00.000Z';
  const events = Array.from({ length: 25 }, (_, index) =>
    eventAt(index < 12 ? at : '2026-03-02T10:00:00.000Z', { actor: 'pages' }),
  );
  await createEventStore(server.db).insert(events);
  const seen = idsOf(await pagesOf(pageOfMany, {}));
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

test('charts count by hour and by minute, with every filter, and match the rows', async () => {
  const tenant = 'charts';
  const change = { kind: 'change', action: 'role.assign', outcome: 'done', channel: 'console' } as const;
  await permitSdk(server.permit).api.tenants.create({ key: tenant, name: 'Charts' });
  const { client: cara } = await server.join({ role: 'admin', tenant });
  await createEventStore(server.db).insert([
    eventAt('2026-02-01T10:05:00.000Z', { tenant }),
    eventAt('2026-02-01T10:05:30.000Z', { tenant, outcome: 'deny', reason: 'no_permission' }),
    eventAt('2026-02-01T11:59:59.999Z', { tenant, actor: 'olga' }),
    eventAt('2026-02-01T12:00:00.000Z', { tenant, ...change }),
  ]);
  const day = { from: '2026-02-01T00:00:00.000Z', to: '2026-02-02T00:00:00.000Z' };
  const decision = { kind: 'decision', outcome: 'allow', count: 1 };
  expect(await cara.audit.histogram.query(day)).toEqual({
    unit: 'hour',
    bars: [
      { ...decision, at: '2026-02-01T10:00:00.000Z' },
      { ...decision, at: '2026-02-01T10:00:00.000Z', outcome: 'deny' },
      { ...decision, at: '2026-02-01T11:00:00.000Z' },
      { at: '2026-02-01T12:00:00.000Z', kind: 'change', outcome: 'done', count: 1 },
    ],
  });
  const ofOlga = await cara.audit.histogram.query({ ...day, actor: 'olga' });
  expect(ofOlga.bars).toEqual([{ ...decision, at: '2026-02-01T11:00:00.000Z' }]);
  const denied = await cara.audit.histogram.query({ ...day, outcomes: ['deny'], kind: 'decision' });
  expect(denied.bars).toEqual([{ ...decision, at: '2026-02-01T10:00:00.000Z', outcome: 'deny' }]);
  const byChannel = async (channel: 'gate' | 'console' | 'cli') =>
    (await cara.audit.list.query({ ...day, channel })).events.map(({ kind }) => kind);
  expect(await byChannel('gate')).toEqual(['decision', 'decision', 'decision']);
  expect(await byChannel(change.channel)).toEqual(['change']);
  expect(await byChannel('cli')).toEqual([]);
  const hour = { from: '2026-02-01T10:00:00.000Z', to: '2026-02-01T11:00:00.000Z' };
  expect(await cara.audit.histogram.query({ ...hour, outcomes: ['allow'] })).toEqual({
    unit: 'minute',
    bars: [{ ...decision, at: '2026-02-01T10:05:00.000Z' }],
  });
  const week = { ...day, to: '2026-02-08T00:00:00.000Z' };
  expect(await cara.audit.histogram.query(week)).toMatchObject({ unit: 'hour', bars: { length: 4 } });
  expect(await cara.audit.histogram.query({ ...week, to: '2026-02-08T01:00:00.000Z' })).toEqual({
    unit: 'day',
    bars: expect.arrayContaining([
      { ...decision, at: '2026-02-01T00:00:00.000Z', count: 2 },
      { ...decision, at: '2026-02-01T00:00:00.000Z', outcome: 'deny' },
      { at: '2026-02-01T00:00:00.000Z', kind: 'change', outcome: 'done', count: 1 },
    ]),
  });
});

test('a chart of days begins them at midnight of the given time zone, from the counts and from the events', async () => {
  // Just before midnight and at midnight in Auckland, in summer.
  await createEventStore(server.db).insert([
    eventAt('2025-02-01T10:59:59.999Z', { actor: 'olga' }),
    eventAt('2025-02-01T11:00:00.000Z', { actor: 'olga' }),
  ]);
  const month = { from: '2025-01-10T00:00:00.000Z', to: '2025-02-10T00:00:00.000Z' };
  const days = async (more: object) =>
    (await admin.audit.histogram.query({ ...month, outcomes: ['allow'], ...more })).bars.map(({ at }) => at);
  const timeZone = 'Pacific/Auckland';
  const local = ['2025-01-31T11:00:00.000Z', '2025-02-01T11:00:00.000Z'];
  expect(await days({ timeZone })).toEqual(local);
  expect(await days({ timeZone, actor: 'olga' })).toEqual(local);
  expect(await days({})).toEqual(['2025-02-01T00:00:00.000Z']);
  // Browsers use old names, which PostgreSQL need not have.
  expect(await days({ timeZone: 'VST' })).toEqual(['2025-01-31T17:00:00.000Z']);
  for (const unknown of ['+05:30', 'Mars/Olympus', ''])
    expect(await codeOf(days({ timeZone: unknown }))).toBe('INPUT_INVALID');
});

/** Returns `audit.get` for a user's newest decision. */
async function newestPage(actor: string) {
  await server.explanations.idle();
  await server.audit.flush();
  const [event] = (await admin.audit.list.query({ actor, kind: 'decision', limit: 1 })).events;
  return admin.audit.get.query({ id: event?.id ?? '' });
}
const rolesIn = (chains: readonly (readonly object[])[]): unknown[] =>
  chains.flat().flatMap((node) => ('role' in node ? [node.role] : []));

test('later changes do not alter the stored reasons of a denial or an allowed change', async () => {
  const { client: wendy } = await server.join({ key: 'wendy' });
  const create = () => wendy.reports.create.mutate({ title: 'Mine', kind: 'access-review' });
  await refusal(create());
  const denied = await newestPage('wendy');
  expect(denied.why).toMatchObject({
    asOf: expect.any(String),
    explanation: { subject: 'wendy', outcome: 'deny', paths: [] },
  });
  expect(rolesIn(denied.why?.explanation.held ?? [])).toEqual(['viewer']);
  expect(denied.why?.explanation.remedies).not.toEqual([]);
  await admin.members.assign.mutate({ subject: 'wendy', role: 'editor' });
  await create();
  const allowed = await newestPage('wendy');
  expect(allowed).toMatchObject({ event: { outcome: 'allow' }, why: { explanation: { outcome: 'allow' } } });
  expect(rolesIn(allowed.why?.explanation.paths ?? [])).toEqual(['editor']);
  expect((await admin.audit.get.query({ id: denied.event.id })).why).toEqual(denied.why);
  // Neither an allowed read, nor a denial during a Permit outage, gets an explanation.
  await wendy.reports.list.query({});
  expect((await newestPage('wendy')).why).toBeNull();
  server.permit.faults.add({ method: 'GET', path: '/v2/facts/*', status: 503 });
  await refusal(wendy.audit.list.query({}));
  expect(await newestPage('wendy')).toMatchObject({ event: { action: 'audit:view' }, why: null });
});

test('does not show the reasons of the same decision in another tenant', async () => {
  const { client: here } = await server.join({ key: 'twoey' });
  await server.directory.assignRole({ user: 'twoey', role: 'editor', tenant: 'acme' });
  const there = await server.as('twoey', 'acme');
  server.permit.faults.add({ method: 'GET', path: '/v2/facts/*', status: 503 });
  await refusal(here.audit.list.query({}));
  expect(await newestPage('twoey')).toMatchObject({ event: { action: 'audit:view' }, why: null });
  server.permit.faults.clear();
  await refusal(there.audit.list.query({}));
  await server.explanations.idle();
  expect(await newestPage('twoey')).toMatchObject({ event: { action: 'audit:view' }, why: null });
});

test('a decision repeated within a minute has the reasons of the first', async () => {
  const { client: xena } = await server.join({ key: 'xena' });
  await refusal(xena.audit.list.query({}));
  const first = await newestPage('xena');
  await refusal(xena.audit.list.query({}));
  const again = await newestPage('xena');
  expect(again.event.id).not.toBe(first.event.id);
  expect(again.why).toEqual(first.why);
});

test('a saved view belongs to its owner in one tenant: other users cannot read, rename or remove it', async () => {
  const filter = { period: 'week', show: 'denied' };
  const { id } = await admin.audit.saveView.mutate({ name: ' Denied ', filter });
  const { client: otto } = await server.join({ role: 'admin' });
  await server.directory.assignRole({ user: 'ada', role: 'admin', tenant: 'acme' });
  const strangers = [otto, await server.as('ada', 'acme')];
  expect(await Promise.all(strangers.map(({ audit }) => audit.views.query()))).toEqual([[], []]);
  const refused = strangers.flatMap(({ audit: { renameView, removeView } }) => [
    codeOf(renameView.mutate({ id, name: 'Mine' })),
    codeOf(removeView.mutate({ id })),
  ]);
  expect(await Promise.all(refused)).toEqual(Array.from({ length: 4 }, () => 'VIEW_NOT_FOUND'));
  expect(await admin.audit.views.query()).toEqual([{ id, name: 'Denied', filter }]);
  await admin.audit.renameView.mutate({ id, name: 'Refused' });
  expect(await admin.audit.views.query()).toMatchObject([{ name: 'Refused' }]);
  await admin.audit.removeView.mutate({ id });
  expect(await admin.audit.views.query()).toEqual([]);
});

test('a user has at most 50 views with unique names, and filters are bounded', async () => {
  const save = (name: string, filter: Record<string, string> = {}) =>
    admin.audit.saveView.mutate({ name, filter });
  const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`${index}`, 'x']));
  for (const filter of [{ show: '\0' }, { a: '' }, many])
    expect(await codeOf(save('a', filter))).toBe('INPUT_INVALID');
  // More than the limit of 50 views, from concurrent requests. Each request can have at most 50 calls.
  const clients = await Promise.all(Array.from({ length: 11 }, () => server.as('ada')));
  const saved = await Promise.allSettled(
    clients.flatMap(({ audit }, of) =>
      Array.from({ length: 5 }, (_, index) =>
        audit.saveView.mutate({ name: `View ${of}.${index}`, filter: {} }),
      ),
    ),
  );
  expect(saved.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
  expect(await codeOf(save('One more'))).toBe('VIEW_LIMIT');
  const [first, second] = await admin.audit.views.query();
  expect(await codeOf(save(first?.name ?? ''))).toBe('VIEW_NAME_TAKEN');
  const rename = { id: first?.id ?? '', name: second?.name ?? '' };
  expect(await codeOf(admin.audit.renameView.mutate(rename))).toBe('VIEW_NAME_TAKEN');
});
