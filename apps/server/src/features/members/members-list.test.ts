import type { TRPCClient } from '@trpc/client';
import { eq } from 'drizzle-orm';
import { Permit } from 'permitio';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { AppRouter } from '../../router.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { members } from './tables.ts';

type Client = TRPCClient<AppRouter>;
type ListInput = Parameters<Client['members']['list']['query']>[0];

const tenant = 'default';

let server: TestServer;
let admin: Client;
let sdk: Permit;
beforeAll(async () => {
  server = await startTestServer();
  sdk = new Permit({ token: server.permit.keys.environment, apiUrl: server.permit.url });
  await server.directory.provisionUser({ key: 'ada', email: 'ada@example.com' }, { role: 'admin', tenant });
  admin = await server.as('ada');
});
afterAll(() => server.close());

const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

/** What a sweep has stored, read in the future: the comparison with Permit, which knows nobody of them, leaves it. */
const row = (
  subject: string,
  more: Partial<typeof members.$inferInsert> = {},
): typeof members.$inferInsert => {
  const name = more.name ?? subject;
  return {
    tenant,
    subject,
    name,
    email: `${subject}@example.com`,
    kind: 'person',
    status: 'active',
    roles: ['viewer'],
    sources: ['default'],
    createdAt: daysAgo(400),
    lastSignInAt: daysAgo(1),
    searchText: `${name} ${subject}@example.com ${subject}`.toLowerCase(),
    sortName: name.toLowerCase(),
    readAt: new Date(Date.now() + 3_600_000),
    ...more,
  };
};

const cast = [
  row('ann', { name: 'Ann Zeller', roles: ['viewer', 'admin'], sources: ['default', 'hand'] }),
  row('bob', { name: 'Bob 100%_real', lastSignInAt: daysAgo(3) }),
  row('cy', { name: '김서연', roles: ['editor'], sources: ['request'], lastSignInAt: daysAgo(2) }),
  row('dee', { name: 'Dee Dormant', lastSignInAt: daysAgo(91) }),
  row('eve', { name: 'Eve Never', lastSignInAt: null }),
  row('fay', { name: 'Fay New', lastSignInAt: null, createdAt: daysAgo(3) }),
  row('gus', { name: 'Gus Gone', status: 'suspended', lastSignInAt: daysAgo(200) }),
  row('hal', { name: 'Hal 9000', kind: 'machine', createdAt: null, lastSignInAt: null, sources: ['hand'] }),
];
beforeEach(async () => {
  await server.db.delete(members);
  await server.db.insert(members).values([...cast, row('ann', { tenant: 'acme', name: 'Ann of Acme' })]);
});

const keys = async (input: ListInput): Promise<string[]> =>
  (await admin.members.list.query(input)).members.map(({ subject }) => subject);

test.each([
  [{ search: 'ann' }, ['ann']],
  [{ search: 'ANN zell' }, ['ann']],
  [{ search: '100%_' }, ['bob']],
  [{ search: '%' }, ['bob']],
  [{ search: '_' }, ['bob']],
  [{ search: '서연' }, ['cy']],
  [{ search: '서연'.normalize('NFD') }, ['cy']],
  [{ search: 'gus@example.com' }, ['gus']],
  [{ search: 'nobody' }, []],
  [{ role: 'admin' }, ['ann']],
  [{ role: 'admin', source: 'hand' }, ['ann']],
  [{ role: 'viewer', source: 'hand' }, ['hal']],
  [{ source: 'request' }, ['cy']],
  [{ status: 'dormant' }, ['dee', 'eve']],
  [{ status: 'suspended' }, ['gus']],
  [{ status: 'active', kind: 'person' }, ['ann', 'bob', 'fay', 'cy']],
  [{ kind: 'machine' }, ['hal']],
  [{ kind: 'person', search: 'e', role: 'viewer', source: 'default', status: 'dormant' }, ['dee', 'eve']],
] as const)('%j finds %j', async (input, expected) => {
  expect(await keys(input)).toEqual(expected);
});

test.each([
  ['name', 'asc', ['ann', 'bob', 'dee', 'eve', 'fay', 'gus', 'hal', 'cy']],
  ['name', 'desc', ['cy', 'hal', 'gus', 'fay', 'eve', 'dee', 'bob', 'ann']],
  ['lastSignIn', 'desc', ['ann', 'cy', 'bob', 'dee', 'gus', 'hal', 'fay', 'eve']],
  ['lastSignIn', 'asc', ['eve', 'fay', 'hal', 'gus', 'dee', 'bob', 'cy', 'ann']],
] as const)('sorted by %s %s, whatever the pages are', async (sort, direction, expected) => {
  for (const limit of [1, 2, 3, 100]) {
    const found: string[] = [];
    let cursor: ListInput['cursor'];
    do {
      const page = await admin.members.list.query({ sort, direction, limit, cursor }); // oxlint-disable-line no-await-in-loop -- page after page
      found.push(...page.members.map(({ subject }) => subject));
      expect(page.counts === null).toBe(cursor !== undefined);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(found).toEqual(expected);
  }
});

test('who comes and goes between two pages makes nobody else appear twice or not at all', async () => {
  const first = await admin.members.list.query({ limit: 3 });
  expect(first.members.map(({ subject }) => subject)).toEqual(['ann', 'bob', 'dee']);
  await server.db.insert(members).values([row('abe', { name: 'Abe' }), row('eli', { name: 'Eli' })]);
  await server.db.delete(members).where(eq(members.subject, 'bob'));
  const second = await admin.members.list.query({ limit: 3, cursor: first.next ?? undefined });
  expect(second.members.map(({ subject }) => subject)).toEqual(['eli', 'eve', 'fay']);
});

test('each filter says how many it would find, of this tenant only', async () => {
  const { counts } = await admin.members.list.query({ search: 'ann' });
  expect(counts).toEqual({
    all: 8,
    machines: 1,
    dormant: 2,
    suspended: 1,
    roles: { viewer: 7, editor: 1, admin: 1 },
    sources: { default: 6, logto: 0, request: 1, hand: 2 },
  });
});

test('a status is what the filter says', async () => {
  const { members: found } = await admin.members.list.query({});
  expect(Object.fromEntries(found.map(({ subject, status }) => [subject, status]))).toEqual({
    ann: 'active',
    bob: 'active',
    cy: 'active',
    dee: 'dormant',
    eve: 'dormant',
    fay: 'active',
    gus: 'suspended',
    hal: 'active',
  });
});

test('a role that changed outside of the server is seen after whoever is listed is compared with Permit', async () => {
  const key = 'otto';
  await server.directory.provisionUser({ key, email: 'otto@example.com' }, { role: 'viewer', tenant });
  await server.db.insert(members).values(row(key, { readAt: daysAgo(1) }));
  await sdk.api.roleAssignments.assign({ user: key, role: 'editor', tenant });
  await vi.waitFor(async () => {
    const [otto] = (await admin.members.list.query({ search: key })).members;
    expect(otto).toMatchObject({ subject: key, roles: [{ role: 'viewer' }, { role: 'editor' }] });
  }, 10_000);
  expect(await keys({ role: 'editor' })).toEqual([key, 'cy']);
  await sdk.api.users.delete(key);
});

test('a complete reading finds whom nobody told of, forgets who is gone, and says when it was', async () => {
  await server.db.delete(members);
  await server.db.insert(members).values(row('left', { readAt: daysAgo(1) }));
  await sdk.api.users.create({
    key: 'pia',
    email: 'pia@example.com',
    role_assignments: [{ role: 'editor', tenant }],
  });
  const before = Date.now();
  await server.members.readAll();
  const { members: found, asOf } = await admin.members.list.query({});
  expect(found.map(({ subject }) => subject)).toEqual(['ada', 'pia']);
  expect(Date.parse(asOf ?? '')).toBeGreaterThanOrEqual(before);
  await sdk.api.users.delete('pia');
  await server.members.readAll();
  expect(await keys({})).toEqual(['ada']);
});

test('an older reading replaces nothing that was read later', async () => {
  await server.db.delete(members);
  await server.db.insert(members).values(row('ada', { name: 'Read later', sortName: 'read later' }));
  await server.members.readAll();
  expect((await admin.members.list.query({})).members[0]).toMatchObject({ name: 'Read later' });
});
