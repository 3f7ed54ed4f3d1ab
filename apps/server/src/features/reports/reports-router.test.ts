import { rolesGranting } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, expect, test } from 'vitest';
import { reports, shares } from './tables.ts';
import { reportRow } from '../../testing/rows.ts';
import { idsOf as idsOfAll, pagesOf } from '../../testing/pages.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

/** The number of milliseconds by which the server's clock is ahead. */
let ahead = 0;
const server = await startTestServer({ now: () => new Date(Date.now() + ahead) });
const { client: viewer } = await server.join({ key: 'viewer', firstName: 'Vera Viewer' });
const { client: editor } = await server.join({ key: 'editor', firstName: 'Ed Editor', role: 'editor' });
const { client: admin } = await server.join({ key: 'admin', firstName: 'Ada Admin', role: 'admin' });
const stranger = await server.as('stranger');
afterEach(async () => {
  server.permit.faults.clear();
  await server.db.delete(reports);
});

const create = (client: Client, title = 'Quarterly review'): Promise<{ id: string }> =>
  client.reports.create.mutate({ title, kind: 'access-review' });

test('an editor creates a review from live data, owns it and publishes it; then a viewer sees it', async () => {
  const { id } = await create(editor);
  expect(await viewer.reports.list.query({})).toMatchObject({ items: [], nextCursor: null });
  expect((await editor.reports.list.query({})).items).toMatchObject([
    {
      id,
      title: 'Quarterly review',
      status: 'draft',
      owners: [{ key: 'editor', name: 'Ed Editor' }],
      publishedAt: null,
    },
  ]);

  expect(await editor.reports.publish.mutate({ id })).toMatchObject({ id, status: 'published' });
  const seen = await viewer.reports.get.query({ id });
  expect(seen).toMatchObject({ status: 'published', tenant: 'default' });
  // These members count as machines, because they have neither a Logto account nor an email address.
  expect(seen.content.rows).toEqual([
    { key: 'admin', name: 'Ada Admin', email: null, roles: ['admin'], isMachine: true },
    { key: 'editor', name: 'Ed Editor', email: null, roles: ['editor'], isMachine: true },
    { key: 'viewer', name: 'Vera Viewer', email: null, roles: ['viewer'], isMachine: true },
  ]);
});

test('a review sorts members by name, email or key, and contains no other data about them', async () => {
  const nina = { key: 'aaa-nina', email: 'nina@example.test', attributes: { clearance: 'confidential' } };
  await server.directory.provisionUser(nina, { role: 'viewer', tenant: 'default' });
  const { id } = await create(editor);
  const { content } = await editor.reports.get.query({ id });
  expect(content.rows).toMatchObject(['admin', 'editor', 'aaa-nina', 'viewer'].map((key) => ({ key })));
  expect(content.rows[2]).toEqual({
    key: 'aaa-nina',
    name: null,
    email: 'nina@example.test',
    roles: ['viewer'],
  });
});

test('searches the list for a literal part of the title', async () => {
  const { id } = await create(editor, 'Zürich: 100 % of the Übersicht');
  await create(editor, 'Zürich: 100 in all');
  const found = async (search: string) =>
    (await editor.reports.list.query({ search })).items.map((report) => report.id);
  expect(await found(' üBERsicht')).toEqual([id]);
  expect(await found('100 %')).toEqual([id]);
  expect(await found('100 _')).toEqual([]);
  expect(await found('')).toHaveLength((await editor.reports.list.query({})).items.length);
  expect((await viewer.reports.list.query({ search: 'Zürich' })).items).toEqual([]);
});

test('every procedure refuses a draft to users who cannot edit it', async () => {
  const { id } = await create(editor);
  expect(await refusal(viewer.reports.get.query({ id }))).toMatchObject({
    status: 403,
    code: 'FORBIDDEN',
    denied: { permission: 'reports:edit' },
  });
  expect(await codeOf(viewer.reports.publish.mutate({ id }))).toBe('FORBIDDEN');
  expect((await viewer.reports.list.query({ status: 'draft' })).items).toEqual([]);
  expect((await admin.reports.list.query({ status: 'draft' })).items).toHaveLength(1);
});

test('a denial names the permission and the roles that grant it', async () => {
  expect(await refusal(create(viewer))).toEqual({
    status: 403,
    code: 'FORBIDDEN',
    requestId: 'string',
    denied: {
      outcome: 'deny',
      permission: 'reports:create',
      reason: 'no_permission',
      grantedBy: ['editor', 'admin'],
      grantedByInstanceRoles: [],
    },
  });
  expect(await refusal(stranger.reports.list.query({}))).toMatchObject({
    status: 403,
    denied: { permission: 'reports:view', reason: 'unknown_subject' },
  });
});

test('publishing names its audience beforehand, and can be undone', async () => {
  await server.members.readAll();
  const { id } = await create(editor);
  const audience = await editor.reports.audience.query({ id });
  expect(audience.byRole.map(({ role }) => role)).toEqual(rolesGranting(policy, 'reports:view').tenant);
  // The audience is the same as the users who have access once the report is published.
  await editor.reports.publish.mutate({ id });
  const { byRole, people } = await editor.reports.access.query({ id });
  expect(people).toMatchObject([{ key: 'editor', roles: [{ role: 'owner' }] }]);
  expect(audience).toEqual({
    // The owner is also the only holder of the role Editor.
    total: byRole.reduce((sum, { people: count }) => sum + count, 0),
    byRole: byRole.map(({ role, people: count }) => ({ role, people: count })),
    owners: 1,
    shared: 0,
  });
  await editor.reports.share.mutate({ id, subject: 'viewer', role: 'reader' });
  expect(await editor.reports.audience.query({ id })).toEqual({ ...audience, shared: 1 });
  expect(await viewer.reports.get.query({ id })).toMatchObject({ status: 'published' });
  expect(await refusal(viewer.reports.unpublish.mutate({ id }))).toMatchObject({ status: 403 });
  const draft = { id, status: 'draft', publishedAt: null };
  expect(await editor.reports.unpublish.mutate({ id })).toMatchObject(draft);
  expect(await editor.reports.unpublish.mutate({ id })).toMatchObject(draft);
  expect(await codeOf(viewer.reports.get.query({ id }))).toBe('FORBIDDEN');
});

test('only users who can edit a report can rename it, as a draft or published', async () => {
  const { id } = await create(editor);
  expect(await editor.reports.rename.mutate({ id, title: ' Leavers ' })).toEqual({ id, title: 'Leavers' });
  await editor.reports.publish.mutate({ id });
  expect(await refusal(viewer.reports.rename.mutate({ id, title: 'Mine' }))).toMatchObject({
    status: 403,
    denied: { permission: 'reports:edit' },
  });
  expect((await viewer.reports.list.query({})).items).toMatchObject([{ id, title: 'Leavers' }]);
});

const missing = { status: 404, code: 'REPORT_NOT_FOUND' };
const storedOf = async (id: string) => (await server.db.select().from(reports).where(eq(reports.id, id)))[0];
const dueOf = async (id: string) => (await storedOf(id))?.removeAfter?.getTime() ?? 0;

test('a deleted report is found nowhere, and only the user who deleted it can restore it unchanged', async () => {
  const { id } = await create(editor);
  const { id: collection } = await admin.collections.create.mutate({ title: 'Board' });
  await admin.collections.add.mutate({ id: collection, report: id });
  await editor.reports.publish.mutate({ id });
  const before = await admin.reports.get.query({ id });
  expect(await refusal(viewer.reports.remove.mutate({ id }))).toMatchObject({ status: 403 });
  expect(await refusal(editor.reports.restore.mutate({ id }))).toMatchObject(missing);

  expect(await editor.reports.remove.mutate({ id })).toEqual({ id });
  for (const client of [editor, admin]) {
    const calls = [
      () => client.reports.get.query({ id }),
      () => client.reports.publish.mutate({ id }),
      () => client.reports.remove.mutate({ id }),
      () => client.reports.access.query({ id }),
      () => client.reports.share.mutate({ id, subject: 'viewer', role: 'reader' }),
    ];
    for (const call of calls) expect(await refusal(call())).toMatchObject(missing);
    expect(await client.reports.list.query({})).toMatchObject({ items: [], nextCursor: null });
    expect(await client.reports.counts.query({})).toMatchObject({ all: 0, roles: { owner: 0 }, found: 0 });
  }
  expect(await admin.collections.get.query({ id: collection })).toMatchObject({ reports: [], hidden: 0 });
  expect(await admin.collections.list.query()).toMatchObject([{ id: collection, reports: 0 }]);
  expect(await admin.collections.addable.query({ id: collection })).toEqual([]);
  expect(await refusal(admin.collections.add.mutate({ id: collection, report: id }))).toMatchObject(missing);
  expect(await refusal(admin.reports.restore.mutate({ id }))).toMatchObject(missing);

  expect(await editor.reports.restore.mutate({ id })).toEqual({ id });
  expect(await admin.reports.get.query({ id })).toEqual(before);
  expect((await admin.collections.get.query({ id: collection })).reports).toMatchObject([{ id }]);
  expect(await refusal(editor.reports.restore.mutate({ id }))).toMatchObject(missing);
  await admin.collections.remove.mutate({ id: collection });
});

test('lists a deleted report for a minute, and only for the user who deleted it', async () => {
  const { id } = await create(editor, 'By mistake');
  expect(await editor.reports.deleted.query()).toEqual([]);
  await editor.reports.remove.mutate({ id });
  const [offered] = await editor.reports.deleted.query();
  expect(offered).toMatchObject({ id, title: 'By mistake' });
  expect(offered?.left).toBeGreaterThan(0);
  expect(offered?.left).toBeLessThanOrEqual(60_000);
  expect(await admin.reports.deleted.query()).toEqual([]);
  await permitSdk(server.permit).api.tenants.create({ key: 'globex', name: 'Globex' });
  await server.directory.assignRole({ user: 'editor', role: 'editor', tenant: 'globex' });
  expect(await (await server.as('editor', 'globex')).reports.deleted.query()).toEqual([]);
  ahead = 60_001;
  expect(await editor.reports.deleted.query()).toEqual([]);
  ahead = 0;
  await editor.reports.restore.mutate({ id });
  expect(await editor.reports.deleted.query()).toEqual([]);
});

test('purges a deleted report and its roles after a minute, retrying while Permit is down', async () => {
  const { id } = await create(editor);
  const another = (await create(editor, 'Deleted later')).id;
  server.permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', status: 403 });
  await server.members.readAll();
  await editor.reports.share.mutate({ id, subject: 'viewer', role: 'reader' });
  await editor.reports.remove.mutate({ id });
  ahead += 61_000;
  expect(await codeOf(editor.reports.restore.mutate({ id }))).toBe('UNDO_EXPIRED');
  await editor.reports.remove.mutate({ id: another });
  const [due, dueLater] = [await dueOf(id), await dueOf(another)];
  ahead += 120_000;
  // Waits until purging both has failed and is due again later.
  await waitFor(async () => {
    expect(await dueOf(id)).toBeGreaterThan(due);
    expect(await dueOf(another)).toBeGreaterThan(dueLater);
  });
  expect(await codeOf(editor.reports.restore.mutate({ id }))).toBe('UNDO_EXPIRED');
  server.permit.faults.clear();
  ahead += 61_000;
  await waitFor(async () => {
    expect([await storedOf(id), await storedOf(another)]).toEqual([undefined, undefined]);
  });
  expect(await editor.session.gates.mutate([{ permission: 'reports:publish', instance: id }])).toMatchObject([
    { state: 'denied' },
  ]);
  expect(await server.db.select().from(shares).where(eq(shares.instance, id))).toEqual([]);
  await server.audit.flush();
  const { events } = await admin.audit.list.query({ actions: ['report.purge'] });
  const purged = events.filter(({ instance }) => instance === id || instance === another);
  expect(purged.map(({ actorKind }) => actorKind)).toEqual(['system', 'system']);
  expect(new Set(purged.map(({ instance }) => instance))).toEqual(new Set([id, another]));
});

const idsOf = async (client: Client, role: 'owner' | 'editor' | 'reader'): Promise<string[]> =>
  (await client.reports.list.query({ role })).items.map(({ id }) => id);

test('the role filter finds all reports on which the caller has the role, from any creator', async () => {
  const [own, another] = [await create(editor, 'Own'), await create(admin, 'Another')];
  for (const { id } of [own, another]) await admin.reports.publish.mutate({ id });
  await server.directory.assignRole({
    user: 'editor',
    role: 'editor',
    tenant: 'default',
    instance: `reports:${another.id}`,
  });
  // Permit can have instances without a row in the table.
  await server.directory.assignRole({
    user: 'editor',
    role: 'owner',
    tenant: 'default',
    instance: 'reports:no-uuid',
  });
  expect(await idsOf(editor, 'owner')).toEqual([own.id]);
  expect(await idsOf(editor, 'editor')).toEqual([another.id]);
  expect(await idsOf(editor, 'reader')).toEqual([]);
  expect(await idsOf(viewer, 'owner')).toEqual([]);
});

const idsIn = async (client: Client, collection: string): Promise<string[]> =>
  (await client.reports.list.query({ collection })).items.map(({ id }) => id);

test('filters the list by collection for users who can view the collection', async () => {
  const [inside, outside] = [await create(admin, 'Inside'), await create(admin, 'Outside')];
  for (const { id } of [inside, outside]) await admin.reports.publish.mutate({ id });
  const { id: collection } = await admin.collections.create.mutate({ title: 'Board' });
  await admin.collections.add.mutate({ id: collection, report: inside.id });
  expect(await idsIn(admin, collection)).toEqual([inside.id]);
  expect(await idsIn(viewer, collection)).toEqual([]);
  expect(await admin.reports.counts.query({ collection, status: 'draft' })).toMatchObject({
    all: 1,
    published: 1,
    found: 0,
  });
  expect(await viewer.reports.counts.query({ collection })).toMatchObject({ all: 0, found: 0 });
  expect(await idsIn(admin, randomUUID())).toEqual([]);
  await admin.collections.remove.mutate({ id: collection });
  expect(await idsIn(admin, collection)).toEqual([]);
  // Without a collection, the other filters and the order still apply.
  const found = await admin.reports.list.query({ search: 'side', status: 'published', sort: 'title' });
  expect(found.items.map(({ title }) => title)).toEqual(['Inside', 'Outside']);
});

const fetchExport = (sub: string, query: Record<string, string>): Promise<Response> =>
  server.get(`/api/reports/export?${new URLSearchParams(query)}`, sub);
const fileOf = async (sub: string, format: string, filter: object = {}): Promise<Buffer> => {
  const response = await fetchExport(sub, { format, filter: JSON.stringify(filter) });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
};
/** Returns the quoted cells of each row below the headers. */
const rowsIn = (csv: string): (string | undefined)[][] =>
  csv
    .trim()
    .split('\r\n')
    .slice(1)
    .map((row) => [...row.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell]) => cell?.replaceAll('""', '"')));
const titlesIn = async (sub: string, filter: object = {}): Promise<(string | undefined)[]> =>
  rowsIn((await fileOf(sub, 'csv', filter)).toString()).map(([, title]) => title);

test("an export matches the reader's list in content and order, and is recorded", async () => {
  const { id: published } = await create(admin, 'Beta');
  await admin.reports.publish.mutate({ id: published });
  const { id: hostile } = await create(editor, '=1+1 <b>&"quoted"');
  expect(await titlesIn('editor', { sort: 'title' })).toEqual([`'=1+1 <b>&"quoted"`, 'Beta']);
  expect(await titlesIn('viewer')).toEqual(['Beta']);
  expect(await titlesIn('viewer', { status: 'draft' })).toEqual([]);
  expect(await titlesIn('editor', { role: 'owner', search: 'quoted' })).toHaveLength(1);

  const csv = (await fileOf('editor', 'csv', { status: 'draft' })).toString();
  expect(csv).toMatch(
    /^\uFEFF"ID","Title","Kind","Status","Classification","Owner ID","Owner","Created","Published"\r\n/,
  );
  expect(csv).toContain(
    [hostile, `'=1+1 <b>&""quoted""`, 'access-review', 'draft', 'normal', 'editor', 'Ed Editor']
      .map((text) => `"${text}"`)
      .join(','),
  );

  const workbook = unzipSync(await fileOf('editor', 'xlsx', { status: 'draft' }));
  // Readers such as exceljs need the styles, and the row numbers that are checked below.
  expect(Object.keys(workbook)).toEqual(expect.arrayContaining(['xl/workbook.xml', 'xl/styles.xml']));
  const partOf = (name: string): string => strFromU8(workbook[name] ?? new Uint8Array());
  // The title is text, never a formula.
  expect(partOf('xl/sharedStrings.xml')).toMatch(/<t>=1\+1 &lt;b&gt;&amp;("|&quot;)quoted\1<\/t>/);
  const sheet = partOf('xl/worksheets/sheet1.xml');
  expect(sheet).not.toContain('<f>');
  expect(sheet.match(/<row r="\d+"/g)).toHaveLength(2);

  const stranger = await fetchExport('stranger', { format: 'csv' });
  expect([stranger.status, await stranger.json()]).toMatchObject([403, { code: 'FORBIDDEN' }]);
  const inputs: Record<string, string>[] = [
    {},
    { format: 'json' },
    { format: 'csv', filter: '{"collection":"x"}' },
  ];
  const bad = await Promise.all(inputs.map((query) => fetchExport('editor', query)));
  expect(bad.map(({ status }) => status)).toEqual([400, 400, 400]);
  await server.audit.flush();
  const { events } = await admin.audit.list.query({ actions: ['report.export'] });
  expect(events[0]).toMatchObject({ actor: 'stranger', outcome: 'failed', reason: 'FORBIDDEN' });
  expect(events[1]).toMatchObject({
    actor: 'editor',
    outcome: 'done',
    detail: { after: { format: 'xlsx', filter: { status: 'draft', sort: 'newest' } } },
  });
});

test('an export of many pages has every report once', async () => {
  await draftsWithoutOwner(1_234, new Date('2020-01-01'));
  const ids = rowsIn((await fileOf('admin', 'csv')).toString()).map(([id]) => id);
  expect([ids.length, new Set(ids).size]).toEqual([1_234, 1_234]);
  const sheet = unzipSync(await fileOf('admin', 'xlsx'))['xl/worksheets/sheet1.xml'];
  expect(strFromU8(sheet ?? new Uint8Array()).match(/<row r="\d+"/g)).toHaveLength(1_235);
});

test('stops the export of a list when its reader loses the permission, visibly incomplete', async () => {
  await server.join({ key: 'tom' });
  // More than the connection buffers.
  const published = { status: 'published', title: 'x'.repeat(4_000), publishedAt: new Date() } as const;
  const rows = Array.from({ length: 5_000 }, () => reportRow(published));
  for (let start = 0; start < rows.length; start += 1_000)
    await server.db.insert(reports).values(rows.slice(start, start + 1_000));
  const response = await fetchExport('tom', { format: 'csv' });
  expect(response.status).toBe(200);
  await server.directory.unassignRole({ user: 'tom', role: 'viewer', tenant: 'default' });
  await expect(response.text()).rejects.toThrow('terminated');
});

test('counts only the reports that the caller may read, by every filter', async () => {
  const { id: published } = await create(admin, 'Published by Ada');
  await admin.reports.publish.mutate({ id: published });
  await create(admin, 'Draft of Ada');
  const { id: own } = await create(editor, 'Draft of Ed');
  await server.directory.assignRole({
    user: 'editor',
    role: 'reader',
    tenant: 'default',
    instance: `reports:${published}`,
  });
  const roles = { owner: 0, editor: 0, reader: 0 };
  expect(await viewer.reports.counts.query({ search: 'ada' })).toEqual({
    all: 1,
    draft: 0,
    published: 1,
    confidential: 0,
    found: 1,
    roles,
  });
  expect(await editor.reports.counts.query({ role: 'owner' })).toEqual({
    all: 2,
    draft: 1,
    published: 1,
    confidential: 0,
    found: 1,
    roles: { owner: 1, editor: 0, reader: 1 },
  });
  expect(await admin.reports.counts.query({ status: 'draft', search: 'ada' })).toMatchObject({
    all: 3,
    draft: 2,
    published: 1,
    found: 1,
  });
  expect((await editor.reports.list.query({ role: 'owner' })).items.map(({ id }) => id)).toEqual([own]);
});

/** The PDP's answer for a user with more roles on reports than a plan supports. */
const tooManyReports = Object.fromEntries([
  ['__tenant:default', { roles: ['editor'], permissions: ['reports:view'] }],
  ...Array.from({ length: 10_001 }, (_, index) => [
    `reports:${index}`,
    { roles: ['owner'], permissions: ['reports:edit'] },
  ]),
]);
const draftsWithoutOwner = async (count: number, before: Date): Promise<void> => {
  const rows = Array.from({ length: count }, (_, index) =>
    reportRow({ createdAt: new Date(before.getTime() - 1_000 - index) }),
  );
  await server.db.insert(reports).values(rows);
};

test('a user with more than 10,000 editable reports gets the same reports in pages', async () => {
  await draftsWithoutOwner(250, new Date('2020-01-01'));
  const published = (await create(admin, 'Published')).id;
  await admin.reports.publish.mutate({ id: published });
  const own: string[] = [];
  for (const title of ['First', 'Second', 'Third']) own.unshift((await create(editor, title)).id);
  await create(admin, 'Draft of another');
  await server.db
    .update(reports)
    .set({ createdAt: new Date('2019-01-01') })
    .where(eq(reports.id, published));

  server.permit.faults.add({ path: '/user-permissions', status: 200, body: tooManyReports });
  const pages = await pagesOf(editor.reports.list.query, { limit: 2 });
  expect(idsOfAll(pages)).toEqual([...own, published]);
  expect(pages.slice(0, 2).map(({ items }) => items.length)).toEqual([2, 2]);
  expect(await editor.reports.counts.query({})).toBeNull();
});

test('while the PDP is down every gate responds with 503, never 403, and then recovers', async () => {
  server.permit.faults.add({ path: '/allowed*', status: 503 });
  server.permit.faults.add({ path: '/user-permissions', drop: true });
  const outage = { status: 503, code: 'AUTHORIZATION_UNAVAILABLE', requestId: 'string' };
  // A user without cached decisions, which would be used during the outage.
  const asked = await server.as('asked-for-the-first-time');
  expect(await refusal(asked.reports.list.query({}))).toEqual(outage);
  expect(await refusal(asked.session.me.query())).toEqual(outage);
  expect(await asked.session.gates.mutate([{ path: 'reports.create' }])).toEqual([{ state: 'unavailable' }]);
  server.permit.faults.clear();
  expect(await viewer.reports.list.query({})).toMatchObject({ items: [], nextCursor: null });
});

test('a second large report in the same batch is refused with 503, and can be read afterwards', async () => {
  const { id } = await create(editor);
  await editor.reports.publish.mutate({ id });
  const member = { key: 'x', name: 'x'.repeat(5_000_000), email: null, roles: [] };
  await server.db
    .update(reports)
    .set({ content: { generatedAt: new Date().toISOString(), members: [member] } });
  const read = (): Promise<unknown> => viewer.reports.get.query({ id });
  const answers = await Promise.all([read(), read()].map(codeOf));
  expect(new Set(answers)).toEqual(new Set(['ok', 'SERVER_BUSY']));
  expect(await read()).toMatchObject({ id });
  const compare = (): Promise<unknown> => viewer.reports.compare.query({ before: id, after: id });
  const compared = await Promise.all([compare(), read()].map(codeOf));
  expect(new Set(compared)).toEqual(new Set(['ok', 'SERVER_BUSY']));
  await server.join({ key: 'vic', email: 'vic@example.test' });
  const view = await admin.viewAs.start.mutate({ kind: 'person', subject: 'vic' });
  const { compare: viewed, get } = (await server.as('admin', undefined, view.id)).reports;
  const inView = await Promise.all([viewed.query({ before: id, after: id }), get.query({ id })].map(codeOf));
  expect(new Set(inView)).toEqual(new Set(['ok', 'SERVER_BUSY']));
});

test('a report whose owner was deleted has no owner, and one who lost only other roles still owns theirs', async () => {
  for (const key of ['gone', 'left']) {
    await server.join({ key, firstName: `Nora ${key}`, role: 'admin' });
    const client = await server.as(key);
    const { id } = await create(client);
    await client.reports.publish.mutate({ id });
    const collection = await client.collections.create.mutate({ title: `Of ${key}` });
    const { api } = permitSdk(server.permit);
    if (key === 'gone') await api.users.delete(key);
    else await api.users.unassignRole({ user: key, role: 'admin', tenant: 'default' });
    await server.members.readAll();
    const owners = key === 'gone' ? [] : [{ key, name: `Nora ${key}`, isMachine: true }];
    expect((await admin.reports.get.query({ id })).owners).toEqual(owners);
    expect((await admin.collections.get.query(collection)).owners).toEqual(owners);
  }
});

test('marks only machines among the owners of reports and collections', async () => {
  await server.join({ key: 'pat', email: 'pat@example.test', role: 'admin' });
  await server.members.readAll();
  // The administrator counts as a machine, because they have neither a Logto account nor an email address.
  for (const [key, isMachine] of [
    ['admin', true],
    ['pat', false],
  ] as const) {
    const client = await server.as(key);
    const { id } = await create(client);
    const { items } = await client.reports.list.query({ role: 'owner' });
    expect(items).toMatchObject([{ id, owners: [{ key, isMachine }] }]);
    expect(await client.reports.get.query({ id })).toMatchObject({ owners: [{ key, isMachine }] });
    expect(await client.reports.publish.mutate({ id })).toMatchObject({ owners: [{ key, isMachine }] });
    const collection = await client.collections.create.mutate({ title: 'Board' });
    expect(await client.collections.get.query(collection)).toMatchObject({ owners: [{ key, isMachine }] });
    expect(await client.collections.list.query()).toContainEqual(
      expect.objectContaining({
        ...collection,
        owners: [expect.objectContaining({ key, isMachine })],
      }),
    );
  }
});
