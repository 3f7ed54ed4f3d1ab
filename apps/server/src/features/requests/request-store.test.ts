import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { openTestDatabase } from '../../testing/fresh-database.ts';
import { createRequestStore, type RequestRow } from './request-store.ts';
import { accessGrants, accessRequests, requestNotices, type GrantRow } from './tables.ts';

const start = Date.parse('2026-11-01T09:00:00Z');
const hour = 3_600_000;
const at = (milliseconds: number): Date => new Date(start + milliseconds);

let clock = start;
const database = await openTestDatabase();
const deps = { db: database.db, now: () => new Date(clock) };
const [store, elsewhere] = [createRequestStore(deps, 'acme'), createRequestStore(deps, 'beta')];
afterEach(async () => {
  await database.db.delete(accessRequests);
  await database.db.delete(accessGrants);
  clock = start;
});

const role = { role: 'editor', resource: null, instance: null };
const onReport = { role: 'editor', resource: 'reports', instance: 'r1' };
const fields = { requester: 'ann', reason: 'why', permission: null, permissionOn: null, duration: 3_600 };

async function insert(more: Partial<RequestRow> = {}): Promise<string> {
  const row = { id: randomUUID(), tenant: 'acme', createdAt: at(0), ...fields, ...role, ...more };
  await database.db.insert(accessRequests).values(row);
  return row.id;
}
async function grant(more: Partial<GrantRow> = {}): Promise<string> {
  const granted = { subject: 'ann', grantedBy: 'ada', grantedAt: at(-hour), decidedAt: at(-hour) };
  const row = { id: randomUUID(), tenant: 'acme', nextAttemptAt: at(-hour), ...granted, ...role, ...more };
  await database.db.insert(accessGrants).values(row);
  return row.id;
}
const grants = (): Promise<GrantRow[]> => database.db.select().from(accessGrants);
const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);

test('a user has one open request per target, for a role in the tenant or on an instance', async () => {
  const first = await store.insert({ ...fields, ...role }, ['webhook', 'email']);
  if (typeof first === 'string') throw new TypeError(`It was refused: ${first}.`);
  expect(first).toMatchObject({ ...fields, ...role, tenant: 'acme', status: 'open', createdAt: at(0) });
  expect(await store.insert({ ...fields, ...role }, ['email'])).toBe('open');
  const notices = await database.db.select().from(requestNotices);
  expect(
    notices.map(({ requestId, channel, nextAttemptAt }) => ({ requestId, channel, nextAttemptAt })),
  ).toEqual(['webhook', 'email'].map((channel) => ({ requestId: first.id, channel, nextAttemptAt: at(0) })));
  expect(await store.insert({ ...fields, ...onReport }, [])).toMatchObject({ status: 'open' });
  expect(await store.insert({ ...fields, ...onReport, instance: 'r2' }, [])).toMatchObject({
    status: 'open',
  });
  expect(await store.insert({ ...fields, ...role, requester: 'bob' }, [])).toMatchObject({ status: 'open' });
  expect(await elsewhere.insert({ ...fields, ...role }, [])).toMatchObject({ status: 'open' });
  expect(await store.openRequest('ann', role)).toEqual(first);
  expect(await store.openRequest('bob', onReport)).toBeUndefined();
  await store.withdraw(first.id, 'ann');
  expect(await store.openRequest('ann', role)).toBeUndefined();
});

test('a request is found, withdrawn and decided only in its tenant, by the right user, while it is open', async () => {
  const id = await insert();
  expect(await elsewhere.find(id)).toBeUndefined();
  expect(await elsewhere.withdraw(id, 'ann')).toBe(false);
  expect(await store.withdraw(id, 'bob')).toBe(false);
  expect(await elsewhere.refuse(id, { by: 'ada', note: null })).toBe(false);
  expect(await elsewhere.approve(id, { by: 'ada', duration: null })).toBe('not-open');
  expect(await store.find(id)).toMatchObject({ id, status: 'open', decidedAt: null, grant: null });
  const another = await insert({ requester: 'bob' });

  clock += hour;
  expect(await store.refuse(id, { by: 'ada', note: 'not now' })).toBe(true);
  const refused = { status: 'refused', decidedBy: 'ada', decidedAt: at(hour), note: 'not now', grant: null };
  expect(await store.find(id)).toMatchObject(refused);
  expect(await store.refuse(id, { by: 'eve', note: null })).toBe(false);
  expect(await store.withdraw(id, 'ann')).toBe(false);
  expect(await store.approve(id, { by: 'eve', duration: null })).toBe('not-open');
  expect(await store.find(id)).toMatchObject(refused);
  expect(await store.withdraw(another, 'bob')).toBe(true);
  expect(await store.find(another)).toMatchObject({
    status: 'withdrawn',
    decidedBy: null,
    decidedAt: at(hour),
  });
  expect(await grants()).toEqual([]);
});

test.each([
  ['a role for an hour', role, 3_600, at(hour)],
  ['a role for good', role, null, null],
  ['a role on a report', onReport, 60, at(60_000)],
])('an approval grants %s to the requester', async (_, target, duration, expiresAt) => {
  const id = await insert(target);
  expect(await store.approve(id, { by: 'ada', duration })).toBe('approved');
  const found = await store.find(id);
  expect(found).toMatchObject({ status: 'approved', decidedBy: 'ada', decidedAt: at(0) });
  expect(found?.grant).toMatchObject({
    id: found?.grantId,
    tenant: 'acme',
    subject: 'ann',
    ...target,
    status: 'pending',
    grantedBy: 'ada',
    decidedAt: at(0),
    expiresAt,
    nextAttemptAt: at(0),
  });
  expect(await store.liveGrant('ann', target)).toEqual(found?.grant);
});

test.each(['pending', 'active'] as const)('an approval moves the end of a %s grant', async (status) => {
  const before = { status, warnedAt: at(-1), attempts: 5 };
  const live = await grant({ ...before, expiresAt: at(1) });
  const others = [
    await grant({ ...before, subject: 'bob', expiresAt: at(1) }),
    await grant({ ...before, tenant: 'beta', expiresAt: at(1) }),
    await grant({ ...before, ...onReport, expiresAt: at(1) }),
    await grant({ ...before, role: 'admin', expiresAt: at(1) }),
    await grant({ status: 'ended', expiresAt: at(-1) }),
  ];
  const unchanged = (await grants()).filter(({ id }) => others.includes(id));
  expect(await store.approve(await insert(), { by: 'eve', duration: 3_600 })).toBe('approved');
  expect((await grants()).find(({ id }) => id === live)).toMatchObject({
    status: 'pending',
    grantedBy: 'eve',
    grantedAt: at(-hour),
    decidedAt: at(0),
    expiresAt: at(hour),
    warnedAt: null,
    attempts: 1,
    nextAttemptAt: at(0),
  });
  expect((await grants()).filter(({ id }) => others.includes(id))).toEqual(unchanged);
  expect(await store.approve(await insert(), { by: 'eve', duration: null })).toBe('approved');
  expect(await store.liveGrant('ann', role)).toMatchObject({ id: live, expiresAt: null });
});

test.each<[string, Partial<GrantRow>]>([
  ['for good', { status: 'active', expiresAt: null }],
  ['for as long', { status: 'active', expiresAt: at(hour) }],
  ['for longer', { status: 'pending', expiresAt: at(hour + 1) }],
  ['and ends now', { status: 'active', expiresAt: at(0) }],
  ['and is being removed', { status: 'ending', expiresAt: at(-1) }],
])('a role that is held %s prevents the approval, and the request remains open', async (_, held) => {
  await grant(held);
  const before = await grants();
  const id = await insert();
  expect(await store.approve(id, { by: 'ada', duration: 3_600 })).toBe('held');
  expect(await store.find(id)).toMatchObject({
    status: 'open',
    decidedBy: null,
    decidedAt: null,
    grantId: null,
  });
  expect(await grants()).toEqual(before);
  expect(await store.liveGrant('ann', role)).toEqual(before[0]);
});

test.each(['ended', 'failed'] as const)(
  'a grant that has %s does not prevent an approval',
  async (status) => {
    await grant({ status, expiresAt: at(-1) });
    expect(await store.liveGrant('ann', role)).toBeUndefined();
    expect(await store.approve(await insert(), { by: 'ada', duration: 60 })).toBe('approved');
    expect(await grants()).toHaveLength(2);
  },
);

test('pages are newest first, for all requests or those of a requester, with a status, or that match a condition', async () => {
  const old = await insert({ createdAt: at(-hour), status: 'refused' });
  const [low = '', high = ''] = [randomUUID(), randomUUID()].toSorted();
  await insert({ id: low, ...onReport, status: 'withdrawn' });
  await insert({ id: high, requester: 'bob', ...onReport, instance: 'r2' });
  await insert({ tenant: 'beta' });
  const all = [high, low, old];
  const everything = { limit: 10 };
  expect(ids(await store.list(everything))).toEqual(all);
  expect(ids(await store.list({ ...everything, limit: 2 }))).toEqual([high, low]);
  for (const [index, id] of all.entries()) {
    const after = { id, createdAt: at(id === old ? -hour : 0) };
    expect(ids(await store.list({ ...everything, after }))).toEqual(all.slice(index + 1));
  }
  expect(ids(await store.list({ ...everything, status: 'refused' }))).toEqual([old]);
  expect(ids(await store.list({ ...everything, requester: 'ann' }))).toEqual([low, old]);
  expect(ids(await store.list({ ...everything, requester: 'bob', status: 'refused' }))).toEqual([]);
  const collection = await insert({ createdAt: at(-2 * hour), ...onReport, resource: 'collections' });
  expect(ids(await store.list({ ...everything, where: eq(accessRequests.resource, 'collections') }))).toEqual(
    [collection],
  );
});
