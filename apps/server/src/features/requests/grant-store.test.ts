import { ne } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { openTestDatabase } from '../../testing/fresh-database.ts';
import { grantRow } from '../../testing/rows.ts';
import { createGrantStore } from './grant-store.ts';
import { accessGrants, type GrantRow } from './tables.ts';

const start = Date.parse('2026-11-01T09:00:00Z');
const hour = 3_600_000;
let clock = start;
const at = (milliseconds: number): Date => new Date(start + milliseconds);

const database = await openTestDatabase();
const store = createGrantStore({
  db: database.db,
  now: () => new Date(clock),
  async recordEnd() {},
  notices: { async add() {} },
});
afterEach(async () => {
  await database.db.delete(accessGrants);
  clock = start;
});

async function insert(grants: Record<string, Partial<GrantRow>>): Promise<Record<string, string>> {
  const rows = Object.entries(grants).map(([subject, more]) =>
    grantRow({ subject, grantedAt: at(0), ...more }),
  );
  await database.db.insert(accessGrants).values(rows);
  return Object.fromEntries(rows.map(({ subject, id }) => [subject, id]));
}
const claimed = (rows: readonly GrantRow[]): Record<string, string> =>
  Object.fromEntries(rows.map(({ subject, status }) => [subject, status]));
const all = async (): Promise<GrantRow[]> =>
  database.db.select().from(accessGrants).orderBy(accessGrants.subject);
const statuses = async () => (await all()).map(({ status }) => status);
const warnedAt = async (time: Date): Promise<string[]> => {
  clock = time.getTime();
  return (await store.warn()).map(({ subject }) => subject);
};

test('a due grant is claimed once, and again after the lease expires', async () => {
  await insert({
    approved: {},
    later: { nextAttemptAt: at(1) },
    ending: { status: 'ending', attempts: 4 },
    endingLater: { status: 'ending', nextAttemptAt: at(1) },
    active: { status: 'active', expiresAt: at(1) },
    forGood: { status: 'active' },
    over: { status: 'active', expiresAt: at(0), nextAttemptAt: at(hour) },
    neverGiven: { expiresAt: at(-1), attempts: 7, nextAttemptAt: at(hour) },
    ended: { status: 'ended', expiresAt: at(-1) },
    failed: { status: 'failed', expiresAt: at(-1) },
  });
  const first = await store.claim(10);
  expect(claimed(first)).toEqual({
    approved: 'pending',
    ending: 'ending',
    over: 'ending',
    neverGiven: 'ending',
  });
  expect(Object.fromEntries(first.map(({ subject, attempts }) => [subject, attempts]))).toEqual({
    approved: 1,
    ending: 5,
    over: 1,
    neverGiven: 1,
  });
  expect(await store.claim(10)).toEqual([]);
  clock += 1;
  expect(claimed(await store.claim(10))).toEqual({
    later: 'pending',
    endingLater: 'ending',
    active: 'ending',
  });
  clock = start + 29_999;
  expect(await store.claim(10)).toEqual([]);
  clock += 1;
  expect(claimed(await store.claim(10))).toEqual(claimed(first));
});

test('replicas that claim concurrently divide the due grants, oldest first', async () => {
  const people = Array.from({ length: 12 }, (_, index) => `person-${String(index).padStart(2, '0')}`);
  await insert(
    Object.fromEntries(people.map((person, index) => [person, { nextAttemptAt: at(index - 20) }])),
  );
  const batches = await Promise.all([store.claim(4), store.claim(4)]);
  expect(
    batches
      .flat()
      .map(({ subject }) => subject)
      .toSorted(),
  ).toEqual(people.slice(0, 8));
});

test('an ended grant can be claimed from another worker, and no other grant', async () => {
  const ids = await insert({
    over: { status: 'active', expiresAt: at(0), nextAttemptAt: at(hour) },
    neverGiven: { expiresAt: at(0), nextAttemptAt: at(hour) },
    ending: { status: 'ending', nextAttemptAt: at(hour), attempts: 2 },
    active: { status: 'active', expiresAt: at(1) },
    pending: {},
    ended: { status: 'ended', expiresAt: at(-1) },
    failed: { status: 'failed', expiresAt: at(-1) },
    assigning: { status: 'ending', assigningUntil: at(1) },
    assigned: { status: 'ending', assigningUntil: at(0) },
  });
  const found: Record<string, unknown> = {};
  for (const [subject, id] of Object.entries(ids)) {
    const grant = await store.claimEnding(id);
    found[subject] =
      typeof grant === 'object'
        ? [grant.subject, grant.status, grant.attempts, grant.nextAttemptAt.getTime() - clock]
        : grant;
  }
  expect(found).toEqual({
    over: ['over', 'ending', 1, 30_000],
    neverGiven: ['neverGiven', 'ending', 1, 30_000],
    ending: ['ending', 'ending', 3, 30_000],
    active: undefined,
    pending: undefined,
    ended: undefined,
    failed: undefined,
    assigning: 'assigning',
    assigned: ['assigned', 'ending', 1, 30_000],
  });
});

test('a role is not removed while an assignment may take effect, but can be assigned again', async () => {
  const ids = await insert({ a: { expiresAt: at(15_000) }, b: {}, c: {} });
  expect((await store.claim(10)).map(({ assigningUntil }) => assigningUntil)).toEqual([
    at(15_000),
    at(15_000),
    at(15_000),
  ]);
  const { id } = accessGrants;
  await database.db
    .update(accessGrants)
    .set({ status: 'ending', nextAttemptAt: at(0) })
    .where(ne(id, ids['a'] ?? ''));
  expect(await store.claim(10)).toEqual([]);
  await store.activate(ids['b'] ?? '');
  await store.fail(ids['c'] ?? '', 'ALREADY_HELD');
  expect(claimed(await store.claim(10))).toEqual({ b: 'ending' });
  // A grant that reaches its end is claimed although its lease has not expired.
  clock += 15_000;
  expect(claimed(await store.claim(10))).toEqual({ a: 'ending' });
  expect((await all()).map(({ subject, status }) => [subject, status])).toEqual([
    ['a', 'ending'],
    ['b', 'ending'],
    ['c', 'failed'],
  ]);
});

test.each([
  ['activate', 'pending', { status: 'active', attempts: 0, endedAt: null, failure: null }],
  ['fail', 'pending', { status: 'failed', attempts: 3, endedAt: at(0), failure: 'INSTANCE_GONE' }],
  ['end', 'ending', { status: 'ended', attempts: 3, endedAt: at(0), failure: null }],
] as const)('%s: only for a grant that is still %s, and only this one', async (method, from, expected) => {
  const statuses = ['pending', 'active', 'ending', 'ended', 'failed'] as const;
  const ids = await insert({
    ...Object.fromEntries(statuses.map((status) => [status, { status, attempts: 3 }])),
    another: { status: from, attempts: 3 },
  });
  const before = await all();
  for (const status of statuses) await store[method](ids[status] ?? '', 'INSTANCE_GONE');
  expect(await all()).toEqual(before.map((row) => (row.subject === from ? { ...row, ...expected } : row)));
});

test('announces the end once: a day before, or in the last quarter of a shorter grant', async () => {
  const active = { status: 'active' as const, decidedAt: at(0) };
  await insert({
    long: { ...active, expiresAt: at(100 * hour) },
    short: { ...active, expiresAt: at(80 * hour) },
    forGood: active,
    warned: { ...active, expiresAt: at(100 * hour), warnedAt: at(0) },
    pending: { ...active, status: 'pending', expiresAt: at(100 * hour) },
    early: { ...active, expiresAt: at(70 * hour) },
  });
  expect(await warnedAt(at(60 * hour - 1))).toEqual(['early']);
  expect(await warnedAt(at(60 * hour))).toEqual(['short']);
  expect(await warnedAt(at(76 * hour - 1))).toEqual([]);
  expect(await warnedAt(at(76 * hour))).toEqual(['long']);
  expect((await all()).find(({ subject }) => subject === 'long')).toMatchObject({ warnedAt: at(76 * hour) });
});

test('a grant ends only together with its event, and the next attempt makes both', async () => {
  const { ann = '', ben = '' } = await insert({
    ann: { status: 'ending' },
    ben: { status: 'ending', endedBy: 'ada' },
  });
  let recorded: string[] = [];
  let isDown = true;
  const recording = createGrantStore({
    db: database.db,
    now: () => new Date(clock),
    async recordEnd(_transaction, { subject }) {
      if (isDown) throw new Error('PostgreSQL does not take it');
      recorded = [...recorded, subject];
    },
    notices: { async add() {} },
  });
  await expect(recording.end(ann)).rejects.toThrow('PostgreSQL does not take it');
  expect(await statuses()).toEqual(['ending', 'ending']);
  isDown = false;
  await Promise.all([recording.end(ann), recording.end(ann), recording.end(ben)]);
  expect(await statuses()).toEqual(['ended', 'ended']);
  expect(recorded).toEqual(['ann']);
});
