import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { openTestDatabase } from '../../testing/fresh-database.ts';
import { grantRow, requestRow } from '../../testing/rows.ts';
import { createRequestStore, type RequestRow } from './request-store.ts';
import { accessGrants, accessRequests, type GrantRow } from './tables.ts';

const start = Date.parse('2026-11-01T09:00:00Z');
const hour = 3_600_000;
const at = (milliseconds: number): Date => new Date(start + milliseconds);

const database = await openTestDatabase();
const deps = { db: database.db, now: () => at(0) };
const [store, elsewhere] = [createRequestStore(deps, 'acme'), createRequestStore(deps, 'beta')];
afterEach(async () => {
  await database.db.delete(accessRequests);
  await database.db.delete(accessGrants);
});

const role = { role: 'editor', resource: null, instance: null };
const onReport = { role: 'editor', resource: 'reports', instance: 'r1' };
const fields = { requester: 'ann', reason: 'why', permission: null, permissionOn: null, duration: 3_600 };

async function insert(more: Partial<RequestRow> = {}): Promise<string> {
  const row = requestRow({ tenant: 'acme', duration: 3_600, ...more });
  await database.db.insert(accessRequests).values(row);
  return row.id;
}
async function grant(more: Partial<GrantRow> = {}): Promise<string> {
  const row = grantRow({ tenant: 'acme', grantedAt: at(-hour), ...more });
  await database.db.insert(accessGrants).values(row);
  return row.id;
}
const grants = (): Promise<GrantRow[]> => database.db.select().from(accessGrants);

test('a tenant neither finds nor changes a request of another, and its users can ask for the same', async () => {
  const id = await insert();
  expect(await elsewhere.find(id)).toBeUndefined();
  expect(await elsewhere.list({ limit: 10 })).toEqual([]);
  expect(await elsewhere.openRequest('ann', role)).toBeUndefined();
  expect(await elsewhere.withdraw(id, 'ann')).toBe(false);
  expect(await elsewhere.refuse(id, { by: 'ada', note: null })).toBe(false);
  expect(await elsewhere.approve(id, { by: 'ada', duration: null })).toBe('not-open');
  expect(await store.find(id)).toMatchObject({ id, status: 'open', decidedAt: null, grant: null });
  expect(await elsewhere.insert({ id: randomUUID(), ...fields, ...role }, { async add() {} })).toMatchObject({
    status: 'open',
  });
  expect(await grants()).toEqual([]);
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
