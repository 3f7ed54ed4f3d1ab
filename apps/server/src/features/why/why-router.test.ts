import { originAttribute } from '@latchkey/directory-sync';
import { beforeEach, expect, test } from 'vitest';
import { countCalls } from '../../testing/count-calls.ts';
import { reportRow } from '../../testing/rows.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { startUpstreams, startTestServer, type Client } from '../../testing/test-server.ts';
import { reports } from '../reports/tables.ts';

/** New users for each test, so that one test does not use up the limits for another. */
let viewer: string;
let editor: string;
let admin: string;

const upstreams = await startUpstreams();
const api = await countCalls(upstreams.permit.url);
const server = await startTestServer({ upstreams, addresses: { permitApi: api.url } });
const sdk = permitSdk(server.permit);
await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
beforeEach(async () => {
  viewer = await newMember('viewer', { firstName: 'Vera' });
  editor = await newMember('editor', { firstName: 'Ed' });
  admin = await newMember('admin', { firstName: 'Ada' });
});

async function newMember(role: string, details = {}, tenant = 'default'): Promise<string> {
  const key = `${role}-${crypto.randomUUID()}`;
  await server.directory.provisionUser({ key, email: `${key}@example.com`, ...details }, { role, tenant });
  return key;
}

async function newReport(title: string, more: object = {}): Promise<string> {
  const row = reportRow({ title, status: 'published', ...more });
  const { id, tenant } = row;
  await server.db.insert(reports).values(row);
  await sdk.api.resourceInstances.create({ resource: 'reports', key: id, tenant });
  return id;
}

async function putIntoCollection(report: string): Promise<string> {
  const key = `q4-${crypto.randomUUID()}`;
  await sdk.api.resourceInstances.create({ resource: 'collections', key, tenant: 'default' });
  await sdk.api.relationshipTuples.create({
    subject: `collections:${key}`,
    relation: 'parent',
    object: `reports:${report}`,
    tenant: 'default',
  });
  return key;
}

const giveOn = (user: string, role: string, instance: string) =>
  server.directory.assignRole({ user, role, tenant: 'default', instance });

const mayCreate = (client: Client) => client.why.mine.query({ permission: 'reports:create' });

const explain = (client: Client, person: string, permission: string, on?: string) =>
  client.why.explain.query({ person, permission, on });

test('every user can explain their own access: allowed by which role', async () => {
  const vera = await server.as(viewer);
  expect(await vera.why.mine.query({ permission: 'reports:view' })).toEqual({
    subject: viewer,
    permission: 'reports:view',
    instance: null,
    outcome: 'allow',
    agrees: true,
    paths: [
      [
        { kind: 'role', role: 'viewer', source: { kind: 'default' } },
        { kind: 'tenant', tenant: 'default' },
      ],
    ],
    held: [],
    remedies: [],
    notes: [],
  });
});

test('a denial lists the held roles and the remedies, smallest first', async () => {
  const report = await newReport('Quarterly review');
  const vera = await server.as(viewer);
  expect(await vera.why.mine.query({ permission: 'reports:publish', on: report })).toMatchObject({
    instance: { resource: 'reports', key: report, title: 'Quarterly review' },
    outcome: 'deny',
    paths: [],
    held: [
      [
        { kind: 'role', role: 'viewer' },
        { kind: 'tenant', tenant: 'default' },
      ],
    ],
    remedies: [
      [{ kind: 'instance-role', role: 'owner', instance: { key: report, title: 'Quarterly review' } }],
      [{ kind: 'tenant-role', role: 'admin', inLogto: false }],
    ],
  });
  expect((await vera.why.mine.query({ permission: 'reports:create' })).remedies).toEqual([
    [{ kind: 'tenant-role', role: 'editor', inLogto: false }],
    [{ kind: 'tenant-role', role: 'admin', inLogto: false }],
  ]);
});

test('a role has its source, with the name of its assigner', async () => {
  const ada = await server.as(admin);
  await ada.members.assign.mutate({ subject: viewer, role: 'editor' });
  const explained = await explain(ada, viewer, 'reports:create');
  expect(explained.person).toMatchObject({ key: viewer, name: 'Vera', isMachine: false, isActive: true });
  expect(explained.paths).toMatchObject([
    [
      { kind: 'role', role: 'editor', source: { kind: 'hand', by: { key: admin, name: 'Ada' } } },
      { kind: 'tenant' },
    ],
  ]);
});

test("explaining another user's access requires members:view, and one's own nothing", async () => {
  const vera = await server.as(viewer);
  expect(await refusal(explain(vera, editor, 'reports:create'))).toMatchObject({
    status: 403,
    code: 'FORBIDDEN',
    denied: { permission: 'members:view' },
  });
  expect(await explain(await server.as(editor), viewer, 'reports:create')).toMatchObject({ outcome: 'deny' });
  expect(
    await (await server.as(viewer, 'acme')).why.mine.query({ permission: 'reports:view' }),
  ).toMatchObject({ outcome: 'deny', held: [] });
});

test('another tenant learns nothing about users, reports and roles in this one', async () => {
  const report = await newReport('Of default');
  const orga = await server.as(await newMember('admin', {}, 'acme'), 'acme');
  const fromLogto = await newMember('viewer', { attributes: { [originAttribute]: 'from-logto' } });
  for (const person of [editor, fromLogto, 'nobody-at-all']) {
    expect(await codeOf(explain(orga, person, 'reports:view'))).toBe('PERSON_NOT_FOUND');
  }
  for (const on of [report, crypto.randomUUID()]) {
    expect(await codeOf(orga.why.mine.query({ permission: 'reports:view', on }))).toBe('REPORT_NOT_FOUND');
  }
  await giveOn(editor, 'owner', `reports:${report}`);
  await server.directory.assignRole({ user: editor, role: 'viewer', tenant: 'acme' });
  const explanation = await explain(orga, editor, 'reports:publish');
  expect(explanation.held).toEqual([
    [
      { kind: 'role', role: 'viewer', source: { kind: 'logto' } },
      { kind: 'tenant', tenant: 'acme' },
    ],
  ]);
  expect(JSON.stringify(explanation)).not.toContain('default');
});

test('omits what the caller may not see: the title of a draft, the key of a collection', async () => {
  const report = await newReport('Secret layoffs', { status: 'draft' });
  const collection = await putIntoCollection(report);
  await giveOn(viewer, 'editor', `collections:${collection}`);
  const explanation = await explain(await server.as(editor), viewer, 'reports:edit', report);
  expect(explanation).toMatchObject({
    instance: { resource: 'reports', key: report, title: null },
    outcome: 'allow',
    paths: [
      [
        { kind: 'role', role: 'editor' },
        { kind: 'instance', instance: { resource: 'collections', key: null, title: null } },
        { kind: 'relation' },
        { kind: 'instance', instance: { key: report, title: null } },
      ],
    ],
  });
  expect(JSON.stringify(explanation)).not.toContain(collection);
  expect(await explain(await server.as(admin), viewer, 'reports:edit', report)).toMatchObject({
    instance: { title: 'Secret layoffs' },
  });
});

test('explains a collection: a role on it is a remedy, and one of another tenant is not found', async () => {
  const { id } = await (await server.as(admin)).collections.create.mutate({ title: 'Audit 2026' });
  const vera = await server.as(viewer);
  expect(await vera.why.mine.query({ permission: 'collections:view', on: id })).toMatchObject({
    instance: { resource: 'collections', key: id, title: null },
    outcome: 'deny',
    remedies: expect.arrayContaining([
      [
        expect.objectContaining({
          kind: 'instance-role',
          role: 'reader',
          instance: { resource: 'collections', key: id, title: null },
        }),
      ],
    ]),
  });
  const { client: orga } = await server.join({ role: 'admin', tenant: 'acme' });
  expect(await codeOf(orga.why.mine.query({ permission: 'collections:view', on: id }))).toBe(
    'COLLECTION_NOT_FOUND',
  );
});

test('names the title of a published report to its readers', async () => {
  const report = await newReport('Read by members');
  const onReport = { permission: 'reports:view', on: report };
  const stranger = await server.as(await newMember('viewer', {}, 'acme'));
  expect(await stranger.why.mine.query(onReport)).toMatchObject({
    instance: { resource: 'reports', key: report, title: null },
    outcome: 'deny',
  });
  const vera = await server.as(viewer);
  expect(await vera.why.mine.query(onReport)).toMatchObject({ instance: { title: 'Read by members' } });
});

test('the same question in two tenants at the same time has two answers', async () => {
  const person = await newMember('viewer');
  await server.directory.assignRole({ user: person, role: 'editor', tenant: 'acme' });
  const [here, there] = [await server.as(person), await server.as(person, 'acme')];
  await Promise.all([here.session.me.query(), there.session.me.query()]);
  const release = api.hold();
  const inDefault = mayCreate(here);
  await expect.poll(() => [...api.held].join()).toContain('/tenants/default');
  const inAcme = mayCreate(there);
  await expect.poll(() => [...api.held].join()).toContain('/tenants/acme');
  release();
  expect([(await inDefault).outcome, (await inAcme).outcome]).toEqual(['deny', 'allow']);
});

test('permissions of the installation are marked as such in an organization', async () => {
  const orga = await newMember('admin', {}, 'acme');
  expect(await (await server.as(orga, 'acme')).why.mine.query({ permission: 'sync:view' })).toMatchObject({
    outcome: 'deny',
    agrees: true,
    remedies: [],
    notes: [{ kind: 'about-installation' }],
  });
  const inOrganization = await explain(
    await server.as(orga, 'acme'),
    await newMember('viewer', {}, 'acme'),
    'members:view',
  );
  expect(inOrganization.remedies).toEqual([
    [{ kind: 'tenant-role', role: 'editor', inLogto: false }],
    [{ kind: 'tenant-role', role: 'admin', inLogto: true }],
  ]);
});

test("the PDP's decision is authoritative, and a difference from the facts is reported", async () => {
  const vera = await server.as(viewer);
  server.permit.faults.add({ path: '/allowed', status: 200, body: { allow: false } });
  expect(await vera.why.mine.query({ permission: 'reports:view' })).toMatchObject({
    outcome: 'deny',
    agrees: false,
    paths: [[{ kind: 'role', role: 'viewer' }, { kind: 'tenant' }]],
  });
});

test('an outage is not an answer: 503 for the PDP and for Permit’s API, and nothing is cached', async () => {
  const vera = await server.as(viewer);
  await vera.session.me.query();
  server.permit.faults.add({ path: '/v2/facts/*', status: 500 });
  expect(await codeOf(vera.why.mine.query({ permission: 'reports:view' }))).toBe('DIRECTORY_UNAVAILABLE');
  server.permit.faults.clear();
  server.permit.faults.add({ path: '/allowed*', status: 500 });
  expect(await codeOf(vera.why.mine.query({ permission: 'reports:view' }))).toBe('AUTHORIZATION_UNAVAILABLE');
  server.permit.faults.clear();
  expect(await vera.why.mine.query({ permission: 'reports:view' })).toMatchObject({ outcome: 'allow' });
});

test.each([
  [{ permission: 'reports:veiw' }, 'PERMISSION_UNKNOWN'],
  [{ permission: 'constructor' }, 'PERMISSION_UNKNOWN'],
  [{ permission: `reports:${'x'.repeat(1_000)}` }, 'INPUT_INVALID'],
  [{ permission: 'members:view', on: crypto.randomUUID() }, 'INPUT_INVALID'],
] as const)('%j is %s', async (question, code) => {
  const vera = await server.as(viewer);
  expect(await codeOf(vera.why.mine.query(question))).toBe(code);
});

test("concurrent identical questions share one read, and a user's limit does not affect others", async () => {
  const vera = await server.as(viewer);
  const ask = () => vera.why.mine.query({ permission: 'reports:create' });
  await vera.session.me.query();
  api.calls.length = 0;
  await ask();
  const once = api.calls.length;
  await Promise.all(Array.from({ length: 9 }, ask));
  expect(once).toBeGreaterThan(3);
  expect(api.calls).toHaveLength(2 * once);
  await Promise.all(Array.from({ length: 20 }, ask));
  expect(await codeOf(ask())).toBe('EXPLANATION_LIMIT');
  expect(await explain(await server.as(editor), viewer, 'reports:create')).toMatchObject({ outcome: 'deny' });
});
