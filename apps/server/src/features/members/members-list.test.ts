import { eq } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { indexed } from './member-conditions.ts';
import { members } from './tables.ts';
import { waitFor } from '../../testing/wait-for.ts';

type ListInput = Parameters<Client['members']['list']['query']>[0];

const tenant = 'default';

const server = await startTestServer();
const sdk = permitSdk(server.permit);
const { client: admin } = await server.join({ key: 'ada', email: 'ada@example.com', role: 'admin' });

const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

/**
 * A row stored by a sweep, with a read time in the future so that the comparison with Permit, which knows none of the
 * members, does not change it.
 */
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
    searchText: indexed(`${name} ${subject}@example.com ${subject}`),
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
  [{ search: '연' }, ['cy']],
  [{ search: 'uc11c' }, []],
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
] as const)('sorts by %s %s, independent of the page size', async (sort, direction, expected) => {
  for (const limit of [1, 3, 100]) {
    const offsets = Array.from({ length: Math.ceil(expected.length / limit) }, (_, page) => page * limit);
    const pages = await Promise.all(offsets.map((offset) => keys({ sort, direction, limit, offset })));
    expect(pages.flat()).toEqual(expected);
  }
  expect(await keys({ sort, direction, offset: expected.length })).toEqual([]);
});

test('an offset skips members that match the filter', async () => {
  expect(await keys({ role: 'viewer', limit: 2, offset: 5 })).toEqual(['gus', 'hal']);
  expect(await keys({ search: 'example', limit: 2, offset: 1 })).toEqual(['bob', 'dee']);
});

test.each([
  [{}, 8],
  [{ search: '' }, 8],
  [{ role: 'viewer', source: 'hand' }, 1],
  [{ kind: 'person', status: 'active' }, 4],
] as const)('counts the matches of each filter, in this tenant only; %j finds %i', async (filter, found) => {
  expect(await admin.members.counts.query(filter)).toEqual({
    all: 8,
    machines: 1,
    dormant: 2,
    suspended: 1,
    roles: expect.objectContaining({ viewer: 7, editor: 1, admin: 1 }),
    sources: { default: 6, logto: 0, request: 1, hand: 2 },
    found,
  });
});

test('with a search, counts only the members that it finds', async () => {
  const { members } = await admin.members.list.query({ search: 'ann' });
  const held = (role: string) => members.filter(({ roles }) => roles.some((one) => one.role === role)).length;
  expect(await admin.members.counts.query({ search: 'ann', role: 'admin' })).toMatchObject({
    all: 1,
    roles: { viewer: held('viewer'), editor: held('editor'), admin: held('admin') },
    found: held('admin'),
  });
});

test('the status of a member agrees with the status filter', async () => {
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

test('a role changed outside of the server appears once the listed members are compared with Permit', async () => {
  const key = 'otto';
  await server.directory.provisionUser({ key, email: 'otto@example.com' }, { role: 'viewer', tenant });
  await server.db.insert(members).values(row(key, { readAt: daysAgo(1) }));
  await sdk.api.roleAssignments.assign({ user: key, role: 'editor', tenant });
  await waitFor(async () => {
    const [otto] = (await admin.members.list.query({ search: key })).members;
    expect(otto).toMatchObject({ subject: key, roles: [{ role: 'viewer' }, { role: 'editor' }] });
  });
  expect(await keys({ role: 'editor' })).toEqual([key, 'cy']);
  await sdk.api.users.delete(key);
});

test('a complete read finds new members, deletes those who are gone, and records its time', async () => {
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

test('displaying a member without a role keeps the time of the last read from Logto', async () => {
  const key = 'nora';
  const readAt = daysAgo(1);
  await server.directory.provisionUser({ key }, { role: 'viewer', tenant });
  await server.directory.unassignRole({ user: key, role: 'viewer', tenant });
  await server.db.insert(members).values(row(key, { readAt }));
  for (let times = 0; times < 2; times++)
    expect(await admin.members.get.query({ subject: key })).toMatchObject({ subject: key, roles: [] });
  // With this time, a later sync can delete the member if they have left in Logto.
  expect(
    await server.db.select({ readAt: members.readAt }).from(members).where(eq(members.subject, key)),
  ).toEqual([{ readAt }]);
  await sdk.api.users.delete(key);
});

test('an older read does not replace newer data', async () => {
  await server.db.delete(members);
  await server.db.insert(members).values(row('ada', { name: 'Read later', sortName: 'read later' }));
  await server.members.readAll();
  expect((await admin.members.list.query({})).members[0]).toMatchObject({ name: 'Read later' });
});
