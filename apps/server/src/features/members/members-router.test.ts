import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { askForRole, canCreate, giveByRequest } from '../../testing/requests.ts';
import { permitSdk, rolesIn } from '../../testing/permit-sdk.ts';
import { listen } from '../../testing/listen.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { startTestServer, type Joining } from '../../testing/test-server.ts';
import { members, roleChanges } from './tables.ts';
import { waitFor } from '../../testing/wait-for.ts';

const tenant = 'default';

const server = await startTestServer({ approvalRules: {} });
const sdk = permitSdk(server.permit);
await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });

const person = async (key: string, { firstName = key, ...more }: Joining): Promise<string> =>
  (await server.join({ key, firstName, email: `${key}@example.com`, ...more })).key;

await person('ada', { role: 'admin', firstName: 'Ada Admin' });
await person('ed', { role: 'editor', firstName: 'Ed Editor' });
const admin = await server.as('ada');

/** Creates a user who takes part in only one test. */
let people = 0;
const newcomer = (given: Joining = {}): Promise<string> => person(`person-${people++}`, given);

const rolesOf = (member: { roles: readonly { role: string }[] }): string[] =>
  member.roles.map(({ role }) => role);
const keys = async (input: object): Promise<string[]> =>
  (await admin.members.list.query(input)).members.map(({ subject }) => subject);

test('a member has roles with their sources, and machines are members', async () => {
  const key = await newcomer({ firstName: 'Vera Viewer' });
  await server.join({ key: 'robot-1', firstName: 'Nightly export' });
  const member = await admin.members.get.query({ subject: key });
  expect(member).toMatchObject({
    subject: key,
    name: 'Vera Viewer',
    email: `${key}@example.com`,
    kind: 'person',
    roles: [{ role: 'viewer', source: { kind: 'default' } }],
    lastSignInAt: null,
    status: 'active',
  });
  expect(member).not.toHaveProperty('searchText');
  expect(await admin.members.get.query({ subject: 'robot-1' })).toMatchObject({
    name: 'Nightly export',
    kind: 'machine',
    roles: [{ role: 'viewer', source: { kind: 'hand', by: null, at: null } }],
  });
});

test.each([
  [404, 'DIRECTORY_NOT_FOUND'],
  [422, 'DIRECTORY_REFUSED'],
  [403, 'DIRECTORY_UNAVAILABLE'],
  [429, 'DIRECTORY_UNAVAILABLE'],
  [503, 'DIRECTORY_UNAVAILABLE'],
])('a change that Permit answers with %i is %s', async (permitStatus, code) => {
  const subject = await newcomer();
  const path = '/v2/facts/*';
  server.permit.faults.add({ method: 'POST', path, status: permitStatus, headers: { 'retry-after': '600' } });
  expect(await codeOf(admin.members.assign.mutate({ subject, role: 'editor' }))).toBe(code);
  expect(await rolesIn(server, subject)).toEqual(['viewer']);
});

test("assigning a role records the user and the time, removing it works, and both change the member's permissions", async () => {
  const key = await newcomer();
  const client = await server.as(key);
  expect(await canCreate(client)).toBe('denied');
  const given = await admin.members.assign.mutate({ subject: key, role: 'editor' });
  expect(given.roles).toEqual([
    { role: 'viewer', source: { kind: 'default' } },
    {
      role: 'editor',
      source: {
        kind: 'hand',
        by: { key: 'ada', name: 'Ada Admin' },
        at: expect.any(String),
        endsAt: null,
      },
    },
  ]);
  expect(await rolesIn(server, key)).toEqual(['editor', 'viewer']);
  await waitFor(async () => expect(await canCreate(client)).toBe('allowed'));
  const taken = await admin.members.unassign.mutate({ subject: key, role: 'editor' });
  expect(rolesOf(taken)).toEqual(['viewer']);
  expect(await rolesIn(server, key)).toEqual(['viewer']);
  await waitFor(async () => expect(await canCreate(client)).toBe('denied'));
});

test('repeating a change has no effect, and the first assigner stays', async () => {
  const key = await newcomer();
  await person('ada-2', { role: 'admin' });
  const other = await server.as('ada-2');
  await admin.members.assign.mutate({ subject: key, role: 'editor' });
  const again = await other.members.assign.mutate({ subject: key, role: 'editor' });
  expect(again.roles[1]?.source).toMatchObject({ by: { key: 'ada' } });
  await admin.members.unassign.mutate({ subject: key, role: 'editor' });
  expect(rolesOf(await other.members.unassign.mutate({ subject: key, role: 'editor' }))).toEqual(['viewer']);
  await admin.members.unassign.mutate({ subject: 'ada-2', role: 'admin' });
});

test('a role removed in the console and assigned again elsewhere has no known assigner', async () => {
  const key = await newcomer();
  await admin.members.assign.mutate({ subject: key, role: 'editor' });
  await admin.members.unassign.mutate({ subject: key, role: 'editor' });
  await sdk.api.roleAssignments.assign({ user: key, role: 'editor', tenant });
  expect((await admin.members.get.query({ subject: key })).roles[1]).toEqual({
    role: 'editor',
    source: { kind: 'hand', by: null, at: null, endsAt: null },
  });
});

test('previews what the member gains and loses', async () => {
  const key = await newcomer();
  const ofEditor = await admin.members.preview.query({ subject: key, role: 'editor', change: 'assign' });
  expect(ofEditor).toEqual({
    gains: [
      { permission: 'reports:create', onInstances: 0 },
      { permission: 'members:view', onInstances: 0 },
    ],
    loses: [],
    obstacle: null,
  });
  const last = await admin.members.preview.query({ subject: key, role: 'viewer', change: 'unassign' });
  expect(last.loses.map(({ permission }) => permission)).toEqual([
    'reports:view',
    'requests:create',
    'policy:view',
  ]);
});

test('reports a permission that the member has on instances regardless of the change', async () => {
  const key = await newcomer({ role: 'editor' });
  const client = await server.as(key);
  for (const title of ['One', 'Two']) await client.reports.create.mutate({ title, kind: 'access-review' });
  const { gains } = await admin.members.preview.query({ subject: key, role: 'admin', change: 'assign' });
  const publish = gains.find(({ permission }) => permission === 'reports:publish');
  expect(publish).toEqual({ permission: 'reports:publish', onInstances: 2 });
});

test('a role that the mapping assigns must be changed in Logto, except a machine’s', async () => {
  const key = await newcomer({ tenant: 'acme' });
  await person('boss', { role: 'admin', tenant: 'acme' });
  const boss = await server.as('boss', 'acme');
  expect((await boss.members.get.query({ subject: key })).roles).toEqual([
    { role: 'viewer', source: { kind: 'logto' } },
  ]);
  for (const change of ['assign', 'unassign'] as const) {
    expect(await codeOf(boss.members[change].mutate({ subject: key, role: 'admin' }))).toBe(
      'ROLE_MANAGED_IN_LOGTO',
    );
    expect(await boss.members.preview.query({ subject: key, role: 'viewer', change })).toMatchObject({
      obstacle: 'ROLE_MANAGED_IN_LOGTO',
    });
  }
  expect(rolesOf(await boss.members.assign.mutate({ subject: key, role: 'editor' }))).toEqual([
    'viewer',
    'editor',
  ]);
  await server.directory.provisionUser({ key: 'robot-acme' }, { role: 'viewer', tenant: 'acme' });
  expect(rolesOf(await boss.members.unassign.mutate({ subject: 'robot-acme', role: 'viewer' }))).toEqual([]);
});

test('a role from a request has its end, and removing it ends the grant', async () => {
  const key = await newcomer();
  const client = await server.as(key);
  const id = await giveByRequest(server, admin, { key });
  const { roles } = await admin.members.get.query({ subject: key });
  expect(roles[1]).toEqual({
    role: 'editor',
    source: { kind: 'request', requestId: id, endsAt: expect.any(String) },
  });
  expect(rolesOf(await admin.members.unassign.mutate({ subject: key, role: 'editor' }))).toEqual(['viewer']);
  expect(await rolesIn(server, key)).toEqual(['viewer']);
  const [mine] = (await client.requests.mine.query({})).items;
  expect(mine?.grant).toMatchObject({ status: 'ended' });
});

test('removing a role in one tenant preserves the grant of the same role in another', async () => {
  const key = await newcomer();
  await sdk.api.tenants.create({ key: 'twin', name: 'Twin' });
  await server.directory.assignRole({ user: key, role: 'viewer', tenant: 'twin' });
  await person('twin-admin', { role: 'admin', tenant: 'twin' });
  const deciders = { [tenant]: admin, twin: await server.as('twin-admin', 'twin') };
  const clients = { [tenant]: await server.as(key), twin: await server.as(key, 'twin') };
  const grantIn = async (where: keyof typeof clients) =>
    (await clients[where].requests.mine.query({})).items[0]?.grant;
  for (const where of ['twin', tenant] as const) {
    const id = await askForRole(clients[where]);
    await deciders[where].requests.approve.mutate({ id });
    await waitFor(async () => expect(await grantIn(where)).toMatchObject({ status: 'active' }));
  }
  await admin.members.unassign.mutate({ subject: key, role: 'editor' });
  expect(await grantIn(tenant)).toMatchObject({ status: 'ended' });
  expect(await grantIn('twin')).toMatchObject({ status: 'active' });
  expect(await rolesIn(server, key, 'twin')).toEqual(['editor', 'viewer']);
});

test('the list needs only PostgreSQL and the PDP', async () => {
  const key = await newcomer();
  await admin.members.get.query({ subject: key });
  server.permit.faults.add({ path: '/v2/facts/*', status: 503 });
  expect(await keys({ search: key })).toEqual([key]);
});

test('reading the list in one tenant does not refresh the members of another', async () => {
  const key = await newcomer();
  await server.directory.assignRole({ user: key, role: 'viewer', tenant: 'acme' });
  await person('acme-reader', { role: 'admin', tenant: 'acme' });
  const inAcme = await server.as('acme-reader', 'acme');
  await Promise.all([admin, inAcme].map((client) => client.members.get.query({ subject: key })));
  const old = new Date(Date.now() - 60_000);
  await server.db.update(members).set({ readAt: old }).where(eq(members.subject, key));
  await admin.members.list.query({ search: key });
  const readAtIn = async (where: string) => {
    const rows = await server.db.select().from(members).where(eq(members.subject, key));
    return rows.find((row) => row.tenant === where)?.readAt;
  };
  await waitFor(async () => expect(await readAtIn(tenant)).not.toEqual(old));
  expect(await readAtIn('acme')).toEqual(old);
});

test('notifies viewers of members when a role changes', async () => {
  const key = await newcomer();
  await admin.members.get.query({ subject: key });
  const stream = await listen(server, 'members.changes', { subject: 'ed' });
  await admin.members.assign.mutate({ subject: key, role: 'editor' });
  await waitFor(() => expect(stream.times()).toBe(1));
  stream.end();
});

test('records the actor of each change, also when Permit refuses it', async () => {
  const key = await newcomer();
  await admin.members.assign.mutate({ subject: key, role: 'editor' });
  server.permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', status: 403 });
  await refusal(admin.members.unassign.mutate({ subject: key, role: 'editor' }));
  const rows = (await server.db.select().from(roleChanges)).filter(({ subject }) => subject === key);
  expect(rows.toSorted((one, other) => Number(one.at) - Number(other.at))).toMatchObject([
    { change: 'assign', role: 'editor', by: 'ada', status: 'done' },
    { change: 'unassign', role: 'editor', by: 'ada', status: 'failed' },
  ]);
  const [row] = (await server.db.select().from(members)).filter(({ subject }) => subject === key);
  expect(row).toMatchObject({ roles: ['viewer', 'editor'], sources: ['default', 'hand'] });
});
