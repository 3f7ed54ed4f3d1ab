import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { strFromU8, unzipSync } from 'fflate';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { codeOf, refusal } from '../../../testing/call-procedure.ts';
import { startTestServer, type Client } from '../../../testing/test-server.ts';
import { members } from '../../members/tables.ts';
import { reports } from '../tables.ts';
import { compareContents, type ReportContent, type ReportKind } from './kinds.ts';

/** The number of milliseconds by which the server's clock is ahead. */
let ahead = 0;
const server = await startTestServer({ now: () => new Date(Date.now() + ahead) });
const person = async (key: string, role: string, tenant?: string) =>
  (await server.join({ key, email: `${key}@example.test`, role, ...(tenant !== undefined && { tenant }) }))
    .client;
const viewer = await person('vera', 'viewer');
const editor = await person('ed', 'editor');
const admin = await person('ada', 'admin');
// Counts as a machine, because it has neither an email address nor a Logto account.
await server.join({ key: 'export', firstName: '=Export', role: 'editor' });
await permitSdk(server.permit).api.tenants.create({ key: 'acme', name: 'Acme' });
const inAcme = await person('boss', 'admin', 'acme');
await server.members.readAll();
afterEach(async () => {
  ahead = 0;
  await server.db.delete(reports);
});

const make = async (client: Client, request: Parameters<Client['reports']['preview']['query']>[0]) => {
  const { id } = await client.reports.create.mutate({ title: 'Evidence', ...request });
  return { id, ...(await client.reports.get.query({ id })).content };
};

const keysIn = ({ rows }: { rows: readonly object[] }) => rows.map((row) => 'key' in row && row.key);
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

test('a review lists every role holder, or those of some roles; machines have the permissions of their roles', async () => {
  const all = await make(editor, { kind: 'access-review' });
  expect([all.total, keysIn(all)]).toEqual([4, ['export', 'ada', 'ed', 'vera']]);
  const some = await make(editor, { kind: 'access-review', roles: ['admin', 'viewer'] });
  expect([some.total, keysIn(some), some.request]).toEqual([
    2,
    ['ada', 'vera'],
    { kind: 'access-review', roles: ['admin', 'viewer'] },
  ]);
  const machines = await make(editor, { kind: 'machines' });
  expect(machines).toMatchObject({
    kind: 'machines',
    total: 1,
    rows: [{ key: 'export', roles: ['editor'], permissions: expect.arrayContaining(['reports:create']) }],
  });
  expect(machines.rows[0]).not.toHaveProperty('attributes');
});

test('users are dormant if they have not signed in for this many days and are not new', async () => {
  await server.db.update(members).set({ createdAt: daysAgo(400), lastSignInAt: daysAgo(40) });
  expect(await make(editor, { kind: 'dormant', days: 30 })).toMatchObject({
    total: 3,
    rows: [{ key: 'ada' }, { key: 'ed', roles: ['editor'] }, { key: 'vera' }],
  });
  expect(await make(editor, { kind: 'dormant' })).toMatchObject({ total: 0, rows: [] });
});

test('counts denials by user and permission, only within the period and the tenant', async () => {
  await Promise.all([1, 2].map(() => refusal(viewer.audit.list.query({}))));
  await refusal(viewer.reports.create.mutate({ title: 'Mine', kind: 'machines' }));
  await server.audit.flush();
  // Moves the report's clock past the time of the events.
  ahead = 1_000;
  const denials = await make(admin, { kind: 'denials', days: 1 });
  expect(denials).toMatchObject({
    total: 2,
    request: { kind: 'denials', days: 1 },
    rows: [
      { key: 'vera', email: 'vera@example.test', permission: 'audit:view', times: 2, instances: 0 },
      { key: 'vera', permission: 'reports:create', times: 1 },
    ],
  });
  expect(await make(inAcme, { kind: 'denials' })).toMatchObject({ total: 0, rows: [] });
  ahead = 2 * 86_400_000;
  expect(await make(admin, { kind: 'denials', days: 1 })).toMatchObject({ total: 0 });
});

test('lists the changes of the period, with their actors and subjects', async () => {
  await admin.members.assign.mutate({ subject: 'vera', role: 'editor' });
  await admin.members.unassign.mutate({ subject: 'vera', role: 'editor' });
  await server.audit.flush();
  ahead = 1_000;
  const changes = await make(admin, { kind: 'changes', days: 1 });
  const ofRoles = changes.rows.filter((row) => 'action' in row && row.action.startsWith('role.'));
  expect(ofRoles).toMatchObject([
    { action: 'role.unassign', subject: { key: 'vera' }, actor: { key: 'ada', email: 'ada@example.test' } },
    {
      action: 'role.assign',
      before: { roles: ['viewer'] },
      after: { roles: expect.arrayContaining(['viewer', 'editor']) },
    },
  ]);
  const elsewhere = await make(inAcme, { kind: 'changes' });
  expect(JSON.stringify(elsewhere.rows)).not.toMatch(/"(?:vera|ada)"/);
});

test('creating a report requires permission for its source: the button, preview and call agree', async () => {
  for (const kind of ['denials', 'changes'] as const) {
    const denied = { status: 403, code: 'FORBIDDEN' };
    expect(await refusal(editor.reports.create.mutate({ title: 'Mine', kind }))).toMatchObject(denied);
    expect(await refusal(editor.reports.preview.query({ kind }))).toMatchObject(denied);
    const gates = [
      { path: 'reports.create', input: { kind } },
      { path: 'reports.create', input: { kind: 'machines' } },
      { path: 'reports.create' },
    ];
    expect(await editor.session.gates.mutate(gates)).toMatchObject([
      { state: 'denied', permission: 'audit:view', grantedBy: expect.arrayContaining(['admin']) },
      { state: 'allowed' },
      { state: 'allowed' },
    ]);
  }
  expect(await server.db.$count(reports)).toBe(0);
});

test('a preview has the first rows and the total', async () => {
  for (let index = 0; index < 7; index++) await person(`p${index}`, 'viewer');
  await server.members.readAll();
  const preview = await editor.reports.preview.query({ kind: 'access-review', roles: ['viewer'] });
  expect([preview.total, preview.rows.length]).toEqual([8, 5]);
  expect(await editor.reports.preview.query({ kind: 'access-review' })).toMatchObject({ total: 11 });
  expect(await editor.reports.preview.query({ kind: 'machines' })).toMatchObject({
    total: 1,
    rows: [{ permissions: expect.arrayContaining(['reports:create']) }],
  });
});

test('a report stored before kinds existed is read as a review', async () => {
  const { id } = await make(admin, { kind: 'machines' });
  const rows = [{ key: 'ann', name: 'Ann', email: null, roles: ['viewer'] }];
  const content = { generatedAt: '2026-01-01T00:00:00.000Z', members: rows };
  await server.db.update(reports).set({ content, kind: 'access-review' });
  expect((await admin.reports.get.query({ id })).content).toEqual({
    version: 2,
    kind: 'access-review',
    request: { kind: 'access-review', roles: [] },
    generatedAt: content.generatedAt,
    total: 1,
    rows,
  });
});

test('filters the list by kind', async () => {
  await make(admin, { kind: 'machines' });
  const { id } = await make(admin, { kind: 'dormant' });
  const { items } = await admin.reports.list.query({ kind: 'dormant' });
  expect(items.map((report) => report.id)).toEqual([id]);
  expect(await admin.reports.counts.query({ kind: 'dormant' })).toMatchObject({ all: 2, found: 1 });
});

const exportOf = (sub: string, id: string, format: string): Promise<Response> =>
  server.get(`/api/reports/${id}/export?format=${format}`, sub);

test('exports the rows of one report to users who can read it, and records that', async () => {
  const { id } = await make(admin, { kind: 'machines' });
  expect((await exportOf('vera', id, 'csv')).status).toBe(403);
  await admin.reports.publish.mutate({ id });
  const csv = await exportOf('vera', id, 'csv');
  expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename=.* \d{4}-\d\d-\d\d\.csv"/);
  expect(await csv.text()).toMatch(
    /^"User ID","Name","Roles","Permissions"\r\n"export","'=Export","editor","reports:view, .+"\r\n$/,
  );
  const sheet = unzipSync(new Uint8Array(await (await exportOf('vera', id, 'xlsx')).arrayBuffer()));
  expect(
    strFromU8(sheet['xl/worksheets/sheet1.xml'] ?? new Uint8Array()).match(/<row r="\d+"/g),
  ).toHaveLength(2);

  const unknown = await exportOf('vera', crypto.randomUUID(), 'csv');
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: 'REPORT_NOT_FOUND' }]);
  expect((await exportOf('vera', 'zzz', 'csv')).status).toBe(400);
  expect((await exportOf('vera', id, 'json')).status).toBe(400);
  await server.audit.flush();
  const { events } = await admin.audit.list.query({ actions: ['report.export'], instance: id });
  expect(events.map(({ outcome, reason, detail }) => [outcome, reason, detail])).toEqual([
    ...['xlsx', 'csv'].map((format) => ['done', null, { after: { format } }]),
    ['failed', 'FORBIDDEN', { after: { format: 'csv' } }],
  ]);
});

test('a published report is exported for its readers only', async () => {
  const { id } = await make(admin, { kind: 'machines' });
  await admin.reports.publish.mutate({ id });
  const [none, reader] = ['has-no-role', 'reads-this-one'];
  const tenant = 'default';
  for (const key of [none, reader]) {
    await server.directory.provisionUser({ key }, { role: 'viewer', tenant });
    await server.directory.unassignRole({ user: key, tenant, role: 'viewer' });
  }
  await server.directory.assignRole({ user: reader, tenant, role: 'reader', instance: `reports:${id}` });
  await server.sync.revocations.rememberActive([none, reader]);
  const refused = await exportOf(none, id, 'csv');
  expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'FORBIDDEN' }]);
  expect((await exportOf(reader, id, 'csv')).status).toBe(200);
});

test('each kind has a file with its own columns and cells', async () => {
  const columns: Record<string, string> = {};
  const files: Record<string, string> = {};
  for (const kind of ['access-review', 'dormant', 'denials', 'changes'] as const) {
    const { id } = await make(admin, { kind });
    const text = await (await exportOf('ada', id, 'csv')).text();
    columns[kind] = text.slice(1, text.indexOf('\r\n')).replaceAll('"', '');
    files[kind] = text;
  }
  expect(columns).toEqual({
    'access-review': 'User ID,Name,Email,Machine,Roles',
    dormant: 'User ID,Name,Email,Machine,Roles,Last sign-in',
    denials: 'User ID,Name,Permission,Times,Reports or collections,First,Last',
    changes:
      'ID,Time,Action,Outcome,Actor ID,Actor,Affected user ID,Affected user,Resource,Resource ID,Before,After',
  });
  expect(files['access-review']).toContain(
    '"export","\'=Export",,"yes","editor"\r\n"ada",,"ada@example.test",,"admin"\r\n',
  );
  expect(files['changes']).toMatch(
    /Z","report\.create","done","ada",,,,"reports","[-\da-f]{36}",,"\{""days"":90,/,
  );
});

test('a file has the title and the date in its name, and headers in the language of the reader', async () => {
  const { id } = await admin.reports.create.mutate({ title: '분기 검토: 4/4', kind: 'machines' });
  const response = await exportOf('ada', id, 'csv&language=ko');
  const [, name = ''] =
    /filename\*=UTF-8''(\S+)/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  expect(decodeURIComponent(name)).toMatch(/^분기 검토- 4-4 \d{4}-\d\d-\d\d\.csv$/);
  expect(await response.text()).toContain('"사용자 ID","이름","역할","권한"\r\n');
});

test('compares two reports of a kind by time for users who can read both', async () => {
  const before = await make(admin, { kind: 'access-review' });
  await server.directory.provisionUser({ key: 'newcomer' }, { role: 'viewer', tenant: 'default' });
  await server.directory.assignRole({ user: 'vera', role: 'editor', tenant: 'default' });
  const after = await make(admin, { kind: 'access-review' });
  await server.directory.unassignRole({ user: 'vera', role: 'editor', tenant: 'default' });
  const ids = { before: before.id, after: after.id };
  const compared = await admin.reports.compare.query(ids);
  expect(await admin.reports.compare.query({ before: after.id, after: before.id })).toEqual(compared);
  expect(compared).toMatchObject({
    before: { id: before.id, title: 'Evidence', isCut: false },
    after: { id: after.id },
    differences: {
      kind: 'access-review',
      added: [{ key: 'newcomer' }],
      removed: [],
      changed: [{ before: { key: 'vera', roles: ['viewer'] }, after: { roles: ['editor', 'viewer'] } }],
    },
  });
  const denied = { status: 403, code: 'FORBIDDEN' };
  await admin.reports.publish.mutate({ id: after.id });
  expect(await refusal(viewer.reports.compare.query(ids))).toMatchObject(denied);
  expect(await refusal(viewer.reports.compare.query({ before: after.id, after: before.id }))).toMatchObject(
    denied,
  );
  await admin.reports.publish.mutate({ id: before.id });
  expect(await viewer.reports.compare.query(ids)).toMatchObject({ differences: { removed: [] } });
  for (const [name, id] of Object.entries(ids)) {
    const reader = { user: `reads-${name}`, tenant: 'default' };
    await server.directory.provisionUser({ key: reader.user }, { role: 'viewer', tenant: 'default' });
    await server.directory.unassignRole({ ...reader, role: 'viewer' });
    await server.directory.assignRole({ ...reader, role: 'reader', instance: `reports:${id}` });
    const client = await server.as(reader.user);
    expect(await client.reports.get.query({ id })).toMatchObject({ id });
    expect(await refusal(client.reports.compare.query(ids))).toMatchObject(denied);
  }
  const machines = await make(admin, { kind: 'machines' });
  expect(await codeOf(admin.reports.compare.query({ before: before.id, after: machines.id }))).toBe(
    'REPORT_KINDS_DIFFER',
  );
  expect(await codeOf(admin.reports.compare.query({ before: before.id, after: crypto.randomUUID() }))).toBe(
    'REPORT_NOT_FOUND',
  );
});

type Row = Readonly<Record<string, unknown>>;

const moment = '2026-11-27T12:00:00.000Z';
const named = { key: fc.constantFrom('ann', 'bob', 'cy', 'dot', 'constructor'), name: fc.constant(null) };
const roles = fc.uniqueArray(fc.constantFrom('viewer', 'editor', 'admin', '__proto__'));
const permission = fc.constantFrom('reports:view', 'reports:create', 'audit:view');

/** For each kind: an arbitrary row, the fields that identify it, and the fields that are compared. */
const comparisons = {
  'access-review': { row: fc.record({ ...named, roles }), id: ['key'], value: ['roles'] },
  machines: {
    row: fc.record({ ...named, roles, permissions: fc.uniqueArray(permission) }),
    id: ['key'],
    value: ['roles', 'permissions'],
  },
  dormant: {
    row: fc.record({ ...named, roles, lastSignInAt: fc.constantFrom(null, moment) }),
    id: ['key'],
    value: ['roles', 'lastSignInAt'],
  },
  denials: {
    row: fc.record({ ...named, permission, times: fc.nat(2), instances: fc.nat(2), lastAt: fc.nat(2) }),
    id: ['key', 'permission'],
    value: ['times', 'instances'],
  },
  changes: {
    row: fc.record({ id: fc.constantFrom('1', '2', '3', 'constructor'), at: fc.constant(moment) }),
    id: ['id'],
    value: [],
  },
} as const satisfies Record<ReportKind, { row: fc.Arbitrary<Row>; id: string[]; value: string[] }>;

const reverse = (value: unknown): unknown => (Array.isArray(value) ? value.toReversed() : value);

const pick = (row: Row, names: readonly string[]): string =>
  JSON.stringify(
    names.map((name) => (Array.isArray(row[name]) ? row[name].map(String).toSorted() : row[name])),
  );

const laws = Object.entries(comparisons).map(([kind, { row, id, value }]) => {
  const idOf = (of: object): string => pick({ ...of }, id);
  return {
    kind,
    idOf,
    valueOf: (of: object): string => pick({ ...of }, value),
    rows: fc.uniqueArray<Row, string>(row, { selector: idOf }),
  };
});

const contentOf = (kind: string, rows: readonly Row[]): ReportContent => {
  const content: unknown = {
    version: 2,
    kind,
    request: { kind },
    generatedAt: moment,
    total: rows.length,
    rows,
  };
  return content as ReportContent; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the rows are of the kind
};

test.each(laws)(
  '$kind: comparing a report with itself finds no difference, in any order',
  ({ kind, rows }) => {
    fc.assert(
      fc.property(rows, fc.nat(), (some, turn) => {
        const turned = some.map((row) =>
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, reverse(value)])),
        );
        const other = [...turned.slice(turn % 5), ...turned.slice(0, turn % 5)];
        expect(compareContents(contentOf(kind, some), contentOf(kind, other))).toEqual({
          kind,
          added: [],
          removed: [],
          changed: [],
        });
      }),
    );
  },
);

test.each(laws)('$kind: applying the differences to the first report gives the second', (law) => {
  const { kind, rows, idOf, valueOf } = law;
  const mapOf = (of: readonly object[]) => new Map(of.map((row) => [idOf(row), valueOf(row)]));
  fc.assert(
    fc.property(rows, rows, (one, other) => {
      const { added, removed, changed } = compareContents(contentOf(kind, one), contentOf(kind, other));
      const made = mapOf(one);
      for (const row of removed) expect(made.delete(idOf(row))).toBe(true);
      for (const row of added) {
        expect(made.has(idOf(row))).toBe(false);
        made.set(idOf(row), valueOf(row));
      }
      for (const { before, after } of changed) {
        expect(idOf(before)).toBe(idOf(after));
        expect(made.get(idOf(before))).toBe(valueOf(before));
        expect(valueOf(after)).not.toBe(valueOf(before));
        made.set(idOf(after), valueOf(after));
      }
      expect(made).toEqual(mapOf(other));
    }),
  );
});
