import { permissionsOfResourceRole } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { eq } from 'drizzle-orm';
import { Client as PostgresClient } from 'pg';
import { expect, test } from 'vitest';
import { maxConnections } from '../../../platform/database/open-database.ts';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { codeOf, refusal } from '../../../testing/call-procedure.ts';
import { deliverSuspension } from '../../../testing/deliver.ts';
import { startTestServer, type Client, type Joining } from '../../../testing/test-server.ts';
import { members } from '../../members/tables.ts';
import { shares } from '../tables.ts';
import { waitFor } from '../../../testing/wait-for.ts';

const server = await startTestServer();
const sdk = permitSdk(server.permit);
const person = (key: string, firstName: string, more: Joining = {}) =>
  server.join({ key, firstName, email: `${key}@example.test`, ...more });
const { client: admin } = await person('ada', 'Ada Admin', { role: 'admin' });
const { client: editor } = await person('ed', 'Ed Editor', { role: 'editor' });
// Counts as a machine, because it has neither a Logto account nor an email address.
await server.join({ key: 'robot-1', firstName: 'Export' });
await server.members.readAll();

let people = 0;
const newcomer = (name?: string) => {
  const key = `person-${++people}`;
  return person(key, name ?? key);
};

const create = async (client = editor): Promise<string> =>
  (await client.reports.create.mutate({ title: 'Quarterly', kind: 'access-review' })).id;
const heldOn = async (id: string, user: string): Promise<string[]> =>
  (await sdk.api.roleAssignments.list({ user, resourceInstance: `reports:${id}` })).map(({ role }) => role);
const sharedWith = async (id: string, key: string) =>
  (await admin.reports.access.query({ id })).people.find((one) => one.key === key);

test('shows who has access and why: as creator, by assignment, through a collection, or by a tenant role', async () => {
  const id = await create();
  const { key } = await newcomer('Rita Reader');
  const lead = await newcomer();
  await editor.reports.share.mutate({ id, subject: key, role: 'reader' });
  await sdk.api.resourceInstances.create({ resource: 'collections', key: 'board', tenant: 'default' });
  await sdk.api.relationshipTuples.create({
    subject: 'collections:board',
    relation: 'parent',
    object: `reports:${id}`,
  });
  await server.directory.assignRole({
    user: lead.key,
    role: 'editor',
    tenant: 'default',
    instance: 'collections:board',
  });
  await server.directory.assignRole({
    user: 'robot-1',
    role: 'reader',
    tenant: 'default',
    instance: `reports:${id}`,
  });

  expect(await admin.reports.access.query({ id, people: 1 })).toMatchObject({
    people: [{ key: 'ed' }],
    more: 3,
  });
  const access = await admin.reports.access.query({ id });
  expect(access.people).toEqual([
    {
      key: 'ed',
      name: 'Ed Editor',
      email: 'ed@example.test',
      isMachine: false,
      lacks: null,
      roles: [{ role: 'owner', source: { kind: 'creator' } }],
    },
    expect.objectContaining({
      key: lead.key,
      roles: [
        { role: 'editor', source: { kind: 'collection', collection: { id: 'board', title: 'board' } } },
      ],
    }),
    expect.objectContaining({
      key: 'robot-1',
      roles: [{ role: 'reader', source: { kind: 'hand', by: null, at: null } }],
    }),
    expect.objectContaining({
      key,
      name: 'Rita Reader',
      roles: [
        {
          role: 'reader',
          source: { kind: 'hand', by: { key: 'ed', name: 'Ed Editor' }, at: expect.stringMatching(/Z$/) },
        },
      ],
    }),
  ]);
  // Only users who can edit a draft can open it.
  expect(access.people.map(({ key: one, lacks }) => [one, lacks])).toEqual([
    ['ed', null],
    [lead.key, null],
    ['robot-1', 'DRAFT'],
    [key, 'DRAFT'],
  ]);
  expect(access.byRole).toMatchObject([
    { role: 'admin', people: 1, permissions: expect.arrayContaining(['reports:share']) },
  ]);
  await editor.reports.publish.mutate({ id });
  const published = await admin.reports.access.query({ id });
  expect(published.people.map(({ lacks }) => lacks)).toEqual([null, null, null, null]);
  expect(published.byRole.filter(({ people: count }) => count > 0)).toMatchObject([
    { role: 'viewer', permissions: ['reports:view'] },
    { role: 'editor', permissions: ['reports:view'] },
    { role: 'admin' },
  ]);
  // The owner may not see the collection.
  const ofOwner = (await editor.reports.access.query({ id })).people;
  expect(ofOwner[1]?.roles[0]?.source).toEqual({ kind: 'collection', collection: null });
});

test('checks up to a thousand holders of a role, and only counts more', async () => {
  await sdk.api.tenants.create({ key: 'crowd', name: 'Crowd' });
  const boss = await person('boss', 'Boss', { role: 'admin', tenant: 'crowd' });
  const id = await create(boss.client);
  await boss.client.reports.publish.mutate({ id });
  const row = {
    tenant: 'crowd',
    name: null,
    email: null,
    kind: 'person' as const,
    status: 'active' as const,
    roles: ['viewer'],
    sources: ['hand' as const],
    searchText: '',
    readAt: new Date(),
  };
  const rows = Array.from({ length: 1_001 }, (_, index) => ({
    subject: `extra-${index}`,
    sortName: `${index}`,
    ...row,
  }));
  await server.db.insert(members).values(rows);
  const viewers = async () =>
    (await boss.client.reports.access.query({ id })).byRole.find(({ role }) => role === 'viewer');
  expect(await viewers()).toMatchObject({ people: 1_001, excluded: { total: 0, people: [] } });
  await boss.client.reports.classify.mutate({ id, classification: 'confidential' });
  expect(await viewers()).toMatchObject({ people: 1_001, excluded: null });
  await boss.client.reports.classify.mutate({ id, classification: 'normal' });
  await server.db.delete(members).where(eq(members.subject, 'extra-7'));
  // None of the members exists in Permit.
  expect(await viewers()).toMatchObject({ people: 0 });
});

test('previews, assigns and removes a role, which changes access', async () => {
  const id = await create();
  const { key, client } = await newcomer();
  const asked = { id, subject: key, role: 'owner' } as const;
  const ofOwner = permissionsOfResourceRole(policy, 'reports', 'owner');
  expect(await editor.reports.sharePreview.query({ ...asked, change: 'assign' })).toEqual({
    gains: ofOwner.filter((permission) => permission !== 'reports:view'),
    loses: [],
    lacks: null,
    obstacle: null,
  });
  const asReader = { ...asked, role: 'reader', change: 'assign' } as const;
  expect(await editor.reports.sharePreview.query(asReader)).toMatchObject({ lacks: { code: 'DRAFT' } });
  await editor.reports.share.mutate(asked);
  await editor.reports.share.mutate(asked);
  await waitFor(async () => expect(await client.reports.get.query({ id })).toMatchObject({ id }));
  await editor.reports.share.mutate({ ...asked, role: 'editor' });
  expect(await editor.reports.sharePreview.query({ ...asked, change: 'revoke' })).toMatchObject({
    gains: [],
    loses: ofOwner.filter((permission) => !/:(?:view|edit)$/.test(permission)),
  });
  await editor.reports.unshare.mutate(asked);
  expect(await heldOn(id, key)).toEqual(['editor']);
  await editor.reports.unshare.mutate({ ...asked, role: 'editor' });
  expect(await sharedWith(id, key)).toBeUndefined();
});

test('only users of the tenant who can share see and change access', async () => {
  const id = await create();
  const { key, client } = await newcomer();
  const other = await create(admin);
  const calls = (by: Client, report: string) => [
    by.reports.access.query({ id: report }),
    by.reports.shareCandidates.query({ id: report, search: 'ada' }),
    by.reports.sharePreview.query({ id: report, subject: key, role: 'reader', change: 'assign' }),
    by.reports.share.mutate({ id: report, subject: key, role: 'owner' }),
    by.reports.unshare.mutate({ id: report, subject: 'ed', role: 'owner' }),
  ];
  const denied = { status: 403, denied: { permission: 'reports:share' } };
  for (const refused of await Promise.all([...calls(client, id), ...calls(editor, other)].map(refusal)))
    expect(refused).toMatchObject(denied);

  await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
  const { client: elsewhere } = await person('boss', 'boss', { role: 'admin', tenant: 'acme' });
  for (const refused of await Promise.all(calls(elsewhere, id).map(refusal)))
    expect(refused).toMatchObject({ status: 404, code: 'REPORT_NOT_FOUND' });
  expect(await codeOf(admin.reports.share.mutate({ id, subject: 'boss', role: 'reader' }))).toBe(
    'PERSON_NOT_FOUND',
  );
});

test('a role from a request shows it, and removing the role ends the grant', async () => {
  const id = await create();
  const { key, client } = await newcomer();
  const target = { kind: 'instance', resource: 'reports', id, role: 'reader' } as const;
  const request = await client.requests.create.mutate({ target, reason: 'why', duration: 86_400 });
  await editor.requests.approve.mutate({ id: request.id });
  await waitFor(async () => {
    expect((await sharedWith(id, key))?.roles).toEqual([
      {
        role: 'reader',
        source: { kind: 'request', requestId: request.id, endsAt: expect.stringMatching(/Z$/) },
      },
    ]);
  });
  await editor.reports.unshare.mutate({ id, subject: key, role: 'reader' });
  expect((await client.requests.mine.query({})).items[0]?.grant).toMatchObject({ status: 'ended' });
  expect(await heldOn(id, key)).toEqual([]);
});

test('assigns and records nothing while Permit is down, and recovers afterwards', async () => {
  const id = await create();
  const { key } = await newcomer();
  const asked = { id, subject: key, role: 'reader' } as const;
  server.permit.faults.add({ method: 'POST', path: '/v2/facts/*', status: 503 });
  expect(await codeOf(editor.reports.share.mutate(asked))).toBe('DIRECTORY_UNAVAILABLE');
  server.permit.faults.clear();
  expect((await server.db.select().from(shares)).filter(({ subject }) => subject === key)).toEqual([]);
  await editor.reports.share.mutate(asked);
  expect(await heldOn(id, key)).toEqual(['reader']);
});

test('a suspended user cannot be assigned a role', async () => {
  const id = await create();
  const { key } = await newcomer();
  await server.sync.revocations.record(key, 'suspended');
  const asked = { id, subject: key, role: 'reader' } as const;
  expect(await editor.reports.sharePreview.query({ ...asked, change: 'assign' })).toMatchObject({
    obstacle: 'MEMBER_SUSPENDED',
  });
  expect(await codeOf(editor.reports.share.mutate(asked))).toBe('MEMBER_SUSPENDED');
  expect(await heldOn(id, key)).toEqual([]);
});

const storedEditor = (id: string) => ({
  attributes: { logto_suspended_roles: ['viewer@acme', `editor@default#reports:${id}`] },
});

/** Suspends a user like sync, which stores the role on the report and one in another tenant. */
async function suspendEditor(key: string, id: string): Promise<void> {
  await server.sync.revocations.record(key, 'suspended');
  await sdk.api.users.update(key, storedEditor(id));
  await sdk.api.roleAssignments.unassign({
    user: key,
    role: 'editor',
    tenant: 'default',
    resource_instance: `reports:${id}`,
  });
}

test('a role taken from a suspended user is not restored when the suspension ends', async () => {
  const id = await create();
  const { key } = await newcomer();
  await editor.reports.share.mutate({ id, subject: key, role: 'editor' });
  await suspendEditor(key, id);
  expect(await sharedWith(id, key)).toMatchObject({
    lacks: 'ACCOUNT_INACTIVE',
    roles: [{ role: 'editor', source: { kind: 'hand', by: { key: 'ed' } } }],
  });
  const asked = { id, subject: key, role: 'editor' } as const;
  expect(await editor.reports.sharePreview.query({ ...asked, change: 'revoke' })).toMatchObject({
    loses: ['reports:edit'],
  });
  await editor.reports.unshare.mutate(asked);
  expect((await sdk.api.users.get(key)).attributes).toMatchObject({
    logto_suspended_roles: ['viewer@acme'],
  });
  expect(await sharedWith(id, key)).toBeUndefined();
  expect((await server.db.select().from(shares)).filter(({ subject }) => subject === key)).toEqual([]);
});

test('a role that a suspended user inherits from a collection is listed', async () => {
  const id = await create(admin);
  const { key } = await newcomer();
  const collection = await admin.collections.create.mutate({ title: 'Board' });
  await admin.collections.add.mutate({ id: collection.id, report: id });
  await admin.collections.share.mutate({ id: collection.id, subject: key, role: 'reader' });
  const instance = `collections:${collection.id}`;
  await sdk.api.users.update(key, {
    attributes: { logto_suspended_roles: [`reader@default#${instance}`] },
  });
  await sdk.api.roleAssignments.unassign({
    user: key,
    role: 'reader',
    tenant: 'default',
    resource_instance: instance,
  });
  await server.sync.revocations.record(key, 'suspended');
  expect(await sharedWith(id, key)).toMatchObject({
    lacks: 'ACCOUNT_INACTIVE',
    roles: [{ role: 'reader', source: { kind: 'collection', collection: { title: 'Board' } } }],
  });
});

test('the suspended creator of a collection is listed once, even if nobody else has a role on it', async () => {
  const id = await create(admin);
  const { key, client } = await server.join({ role: 'admin' });
  const collection = await client.collections.create.mutate({ title: 'Board' });
  await admin.collections.add.mutate({ id: collection.id, report: id });
  const instance = `collections:${collection.id}`;
  await server.sync.revocations.record(key, 'suspended');
  await sdk.api.users.update(key, { attributes: { logto_suspended_roles: [`owner@default#${instance}`] } });
  const roles = [{ source: { kind: 'collection', collection: { title: 'Board' } } }];
  expect(await sharedWith(id, key)).toMatchObject({ roles });
  await sdk.api.roleAssignments.unassign({
    user: key,
    role: 'owner',
    tenant: 'default',
    resource_instance: instance,
  });
  expect(await sharedWith(id, key)).toMatchObject({ lacks: 'ACCOUNT_INACTIVE', roles });
});

test('stored roles take one call for each suspended user, and none for deleted ones', async () => {
  const id = await create();
  const [one, other, deleted] = [await newcomer(), await newcomer(), await newcomer()];
  for (const { key: subject } of [one, other, deleted])
    await editor.reports.share.mutate({ id, subject, role: 'editor' });
  for (const { key } of [one, other]) await suspendEditor(key, id);
  await server.sync.revocations.record(deleted.key, 'gone');
  await sdk.api.users.delete(deleted.key);
  const { data } = await sdk.api.users.list();
  const { project_id: project, environment_id: environment } = data[0] ?? {};
  // These faults have no effect, and count calls.
  const counts = ['relationship_tuples', 'role_assignments', `users/${deleted.key}`].map(
    (path) =>
      server.permit.faults.add({ path: `/v2/facts/${project}/${environment}/${path}`, count: 100 }).id,
  );
  const { people: listed } = await admin.reports.access.query({ id });
  expect(listed.map(({ key }) => key)).toEqual(['ed', one.key, other.key]);
  const remaining = new Map(server.permit.faults.list().map((fault) => [fault.id, fault.remaining]));
  expect(counts.map((fault) => remaining.get(fault))).toEqual([99, 99, 100]);
});

test.each([
  ['during', 'before'],
  ['during', 'after'],
  ['before', 'after'],
])(
  'a role is not restored if a suspension begins %s its removal and stores it %s',
  async (begins, stores) => {
    const id = await create();
    const { key } = await newcomer();
    const asked = { id, subject: key, role: 'editor' } as const;
    await editor.reports.share.mutate(asked);
    if (begins === 'before') await server.sync.revocations.record(key, 'suspended');
    server.permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', delay: 600_000, count: 1 });
    const taken = codeOf(editor.reports.unshare.mutate(asked));
    await waitFor(() => expect(server.permit.faults.list()).toEqual([]));
    if (begins === 'during') await server.sync.revocations.record(key, 'suspended');
    if (stores === 'before') await suspendEditor(key, id);
    server.permit.faults.clear();
    expect(await taken).toBe('DIRECTORY_UNAVAILABLE');
    if (stores === 'after') await sdk.api.users.update(key, storedEditor(id));
    await editor.reports.unshare.mutate(asked);
    expect((await sdk.api.users.get(key)).attributes).toMatchObject({
      logto_suspended_roles: ['viewer@acme'],
    });
    expect((await server.db.select().from(shares)).filter(({ subject }) => subject === key)).toEqual([]);
  },
);

test('a retry does not succeed before sync has stored the roles of a suspended user', async () => {
  const id = await create();
  const { key } = await newcomer();
  const asked = { id, subject: key, role: 'editor' } as const;
  await editor.reports.share.mutate(asked);
  server.permit.faults.add({ method: 'PATCH', path: '/v2/facts/*', delay: 600_000, count: 1 });
  await deliverSuspension(server.url, key);
  await waitFor(() => expect(server.permit.faults.list()).toEqual([]));
  for (const _ of ['the role is removed', 'and not stored yet'])
    expect(await codeOf(editor.reports.unshare.mutate(asked))).toBe('DIRECTORY_UNAVAILABLE');
  server.permit.faults.clear();
  await waitFor(() => editor.reports.unshare.mutate(asked));
  const { attributes } = await sdk.api.users.get(key);
  expect(attributes).toHaveProperty('logto_suspended_roles');
  expect(attributes).not.toHaveProperty(
    'logto_suspended_roles',
    expect.arrayContaining([`editor@default#reports:${id}`]),
  );
});

test('an owner without members:view can find members by name', async () => {
  const id = await create(admin);
  const { key, client } = await newcomer('Olive Owner');
  await admin.reports.share.mutate({ id, subject: key, role: 'owner' });
  await waitFor(async () => {
    expect(await client.reports.shareCandidates.query({ id, search: 'ed editor' })).toEqual([
      { key: 'ed', name: 'Ed Editor', email: 'ed@example.test', isMachine: false },
    ]);
  });
  expect(await client.reports.shareCandidates.query({ id, search: 'export' })).toMatchObject([
    { key: 'robot-1', isMachine: true },
  ]);
});

test('while Permit does not respond, sharing leaves PostgreSQL connections for other calls', async () => {
  const { key, client } = await newcomer();
  const ids = await Promise.all(Array.from({ length: 2 * maxConnections.requests }, () => create()));
  expect(await client.requests.mine.query({})).toMatchObject({ items: [] });
  const database = new PostgresClient({ connectionString: server.databaseUrl });
  await database.connect();
  server.permit.faults.add({ method: 'POST', path: '/v2/facts/*', delay: 600_000 });
  const sharing = ids.map((id) => codeOf(editor.reports.share.mutate({ id, subject: key, role: 'reader' })));
  await waitFor(async () => {
    const { rowCount } = await database.query(
      "select from pg_stat_activity where datname = current_database() and state = 'idle in transaction'",
    );
    expect(rowCount).toBe(maxConnections.requests / 2);
  });
  expect(await client.requests.mine.query({})).toMatchObject({ items: [] });
  server.permit.faults.clear();
  expect(await Promise.all(sharing)).toContain('ok');
  await database.end();
});
