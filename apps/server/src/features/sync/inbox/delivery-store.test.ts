import { sql } from 'drizzle-orm';
import * as fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { freshDatabase, openTestDatabase } from '../../../testing/fresh-database.ts';
import { type DeliveryOutcome, deliverySubjects, webhookDeliveries } from '../tables.ts';
import { openSyncQueues } from '../worker/sync-queues.ts';
import { createDeliveryStore, type DeliveryStatus, type DeliveryStore } from './delivery-store.ts';

const url = await freshDatabase();
const database = await openTestDatabase(url);
const deliveries = createDeliveryStore(database.db);
// Creates the tables of the queues. In this test, no worker processes their jobs.
await (await openSyncQueues(url, () => {})).close();
beforeEach(async () => {
  await database.db.delete(webhookDeliveries);
  await database.db.execute(sql.raw('truncate pgboss.job'));
});

const failure = { code: 'PERMIT_UNAVAILABLE', status: 503, detail: 'no' } as const;
const times = Array.from({ length: 3 }, (_, day) => new Date(Date.UTC(2026, 10, day + 1)));
const [day1, day2, day3] = times;
interface Stored {
  readonly subjects?: string[];
  readonly status?: DeliveryStatus;
  readonly event?: string;
  readonly receivedAt?: Date | undefined;
  readonly outcome?: DeliveryOutcome;
}
async function store(id: string, { subjects = ['user:ann'], event = 'x', ...more }: Stored = {}) {
  await database.db.insert(webhookDeliveries).values({ id, event, body: `body of ${id}`, subjects, ...more });
  await database.db.insert(deliverySubjects).values(subjects.map((subject) => ({ deliveryId: id, subject })));
}
const idsOf = (found: readonly { readonly id: string }[]): string[] => found.map(({ id }) => id);
const listed = async (filter: Partial<Parameters<DeliveryStore['list']>[0]>): Promise<string[]> =>
  idsOf(await deliveries.list({ limit: 10, ...filter }));

test('lists deliveries newest first, page by page, including those with the same time', async () => {
  await store('b', { receivedAt: day1 });
  await store('a', { receivedAt: day2 });
  await store('c', { receivedAt: day2 });
  await store('d', { receivedAt: day3 });
  // PostgreSQL's times are more precise than those of JavaScript.
  await database.db
    .update(webhookDeliveries)
    .set({ receivedAt: sql`received_at + interval '7 microseconds'` });
  expect(await listed({})).toEqual(['d', 'c', 'a', 'b']);
  expect(await listed({ limit: 2 })).toEqual(['d', 'c']);
  expect(await listed({ limit: 2, after: 'c' })).toEqual(['a', 'b']);
  expect(await listed({ after: 'b' })).toEqual([]);
});

test('a list contains only matching deliveries, without bodies', async () => {
  await store('a', { subjects: ['user:ann', 'user:bob'] });
  await store('b', { subjects: ['user:bob'], event: 'y', status: 'applied' });
  await store('c', { subjects: ['user:cy'], event: 'y', status: 'failed' });
  expect((await listed({ subject: 'user:bob' })).toSorted()).toEqual(['a', 'b']);
  expect((await listed({ event: 'y' })).toSorted()).toEqual(['b', 'c']);
  expect(await listed({ status: 'failed' })).toEqual(['c']);
  expect(await listed({ subject: 'user:bob', event: 'y', status: 'applied' })).toEqual(['b']);
  expect(await listed({ subject: 'user:bob', status: 'failed' })).toEqual([]);
  expect(await deliveries.list({ limit: 1, status: 'applied' })).toEqual([
    {
      id: 'b',
      event: 'y',
      source: 'webhook',
      status: 'applied',
      attempts: 0,
      outcome: null,
      receivedAt: expect.any(Date),
      settledAt: null,
      subjects: ['user:bob'],
      subjectCount: 1,
    },
  ]);
});

test('a list shows ten of many subjects, and their number', async () => {
  const subjects = Array.from({ length: 12 }, (_, index) => `user:${index}`);
  await store('a', { subjects });
  const [only] = await deliveries.list({ limit: 1 });
  expect(only).toMatchObject({ subjects: subjects.slice(0, 10), subjectCount: 12 });
});

test('a delivery has its subjects with their changes, and its failed attempts', async () => {
  await store('a', { subjects: ['user:ann', 'user:bob'] });
  await deliveries.settle([{ subject: 'user:ann', deliveries: ['a'], changes: ['assign viewer@default'] }]);
  await deliveries.fail({ subject: 'user:bob', deliveries: ['a'], failure, permanent: false });
  const found = await deliveries.find('a');
  expect(found?.subjects.toSorted((one, other) => (one.subject < other.subject ? -1 : 1))).toEqual([
    { subject: 'user:ann', settledAt: expect.any(Date), changes: ['assign viewer@default'] },
    { subject: 'user:bob', settledAt: null, changes: null },
  ]);
  expect(found).toMatchObject({
    id: 'a',
    status: 'pending',
    attempts: 1,
    outcome: { kind: 'error', ...failure },
  });
  expect(found?.failedAttempts).toEqual([{ subject: 'user:bob', failedAt: expect.any(Date), ...failure }]);
  expect(await deliveries.find('b')).toBeUndefined();
});

test('retains the newest twenty failed attempts of each delivery, independently of others', async () => {
  await store('a');
  await store('b');
  await deliveries.fail({ subject: 'user:ann', deliveries: ['b'], failure, permanent: false });
  for (let attempt = 1; attempt <= 22; attempt++) {
    const detail = String(attempt);
    await deliveries.fail({
      subject: 'user:ann',
      deliveries: ['a'],
      failure: { ...failure, detail },
      permanent: false,
    });
  }
  const details = (await deliveries.find('a'))?.failedAttempts.map(({ detail }) => Number(detail));
  expect(details).toEqual(Array.from({ length: 20 }, (_, index) => 22 - index));
  expect((await deliveries.find('b'))?.failedAttempts).toHaveLength(1);
});

test('returns the pending deliveries of subjects oldest first, with bodies only on request', async () => {
  await store('new', { receivedAt: day2 });
  await store('old', { receivedAt: day1, subjects: ['user:ann', 'user:bob'] });
  await store('other', { subjects: ['user:cy'] });
  await store('applied', { status: 'applied' });
  expect(await deliveries.pendingOf(['user:ann'], true)).toEqual([
    { id: 'old', subject: 'user:ann', body: 'body of old' },
    { id: 'new', subject: 'user:ann', body: 'body of new' },
  ]);
  expect(await deliveries.pendingOf(['user:bob', 'user:ann'], false)).toMatchObject([
    { body: '' },
    { body: '' },
    { body: '' },
  ]);
});

test('counts deliveries by status, with the time of the oldest pending one', async () => {
  expect(await deliveries.counts()).toEqual({ pending: 0, applied: 0, ignored: 0, failed: 0 });
  expect(await deliveries.backlog()).toEqual({ oldestAt: null, delayed: null });
  await store('a', { status: 'applied', receivedAt: day1 });
  await store('c', { receivedAt: day3 });
  await store('b', { receivedAt: day2 });
  expect(await deliveries.counts()).toEqual({ pending: 2, applied: 1, ignored: 0, failed: 0 });
  expect(await deliveries.backlog()).toMatchObject({ oldestAt: day2 });
});

const anyDelivery = fc.record({
  status: fc.constantFrom<DeliveryStatus>('pending', 'applied', 'ignored', 'failed'),
  failed: fc.boolean(),
  /** Far from the limit of ten seconds, so that a busy machine changes nothing. */
  secondsAgo: fc.constantFrom(0, 3_600, 7_200, 10_800),
});

test('a pending delivery that failed or waits is delayed, and one that is not applied makes the drift unknown', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyDelivery, { maxLength: 6 }),
      fc.constantFrom(1_800, 5_400, 9_000),
      async (all, since) => {
        await database.db.delete(webhookDeliveries);
        const now = Date.now();
        const stored = all.map((one) => ({ ...one, receivedAt: new Date(now - one.secondsAgo * 1_000) }));
        for (const [index, { status, failed, receivedAt }] of stored.entries()) {
          const outcome = failed ? { kind: 'error' as const, ...failure } : { kind: 'applied' as const };
          await store(`d${index}`, { status, receivedAt, outcome });
        }
        const isDelayed = (one: (typeof stored)[number]): boolean =>
          one.status === 'pending' && (one.failed || one.secondsAgo > 0);
        const oldest = (some: typeof stored): Date | null =>
          some.map(({ receivedAt }) => receivedAt).toSorted((one, other) => +one - +other)[0] ?? null;
        const delayed = stored.filter(isDelayed);
        expect(await deliveries.backlog()).toEqual({
          oldestAt: oldest(stored.filter(({ status }) => status === 'pending')),
          delayed:
            delayed.length === 0
              ? null
              : {
                  count: delayed.length,
                  since: oldest(delayed),
                  failure: delayed.some(({ failed }) => failed) ? failure : null,
                },
        });
        expect(await deliveries.unappliedSince(new Date(now - since * 1_000))).toEqual(
          oldest(
            stored.filter((one) => one.secondsAgo < since && (isDelayed(one) || one.status === 'failed')),
          ),
        );
      },
    ),
    { numRuns: 50 },
  );
});

const unexpected = () => Promise.reject(new Error('Nothing is to be queued.'));

const statusOf = async (id: string): Promise<string | undefined> => (await deliveries.find(id))?.status;
const settled = (subject: string, ...ids: string[]) => ({ subject, deliveries: ids, changes: [] });

test('a delivery is applied only when its last subject is settled', async () => {
  await store('a', { subjects: ['user:ann', 'user:bob'] });
  await deliveries.settle([settled('user:ann', 'a')]);
  expect(await statusOf('a')).toBe('pending');
  expect(await deliveries.pendingOf(['user:ann'], false)).toEqual([]);
  await deliveries.settle([settled('user:bob', 'a')]);
  expect(await deliveries.find('a')).toMatchObject({ status: 'applied', outcome: { kind: 'applied' } });
});

test('a dead letter remains one when its other subjects are retried and fail', async () => {
  await store('a', { subjects: ['user:ann', 'user:bob'] });
  const failed = { deliveries: ['a'], failure };
  await deliveries.fail({ ...failed, subject: 'user:ann', permanent: true });
  await deliveries.fail({ ...failed, subject: 'user:bob', permanent: false });
  expect(await deliveries.find('a')).toMatchObject({
    status: 'failed',
    attempts: 2,
    outcome: { kind: 'error' },
  });
  expect(await deliveries.pendingOf(['user:ann', 'user:bob'], false)).toEqual([]);
});

test('a failed attempt and its delivery are recorded together, or not at all', async () => {
  await store('a');
  const bad = { ...failure, status: Number.NaN, detail: '\0' };
  await expect(
    deliveries.fail({ subject: 'user:ann', deliveries: ['a'], failure: bad, permanent: true }),
  ).rejects.toThrow();
  expect(await deliveries.find('a')).toMatchObject({ status: 'pending', attempts: 0, failedAttempts: [] });
});

test('a delivery that cannot be queued again is not pending again', async () => {
  await store('a', { status: 'failed' });
  await expect(deliveries.reopen('dead', unexpected)).rejects.toThrow();
  await expect(deliveries.reopen(['a'], unexpected)).rejects.toThrow();
  expect(await statusOf('a')).toBe('failed');
});

test('a replay queues each subject of its deliveries once, and does not change other subjects', async () => {
  await store('a', { subjects: ['user:ann', 'user:bob'] });
  await store('b', { subjects: ['user:cy', 'user:ann'] });
  await store('other', { subjects: ['user:dan'] });
  await deliveries.settle([settled('user:ann', 'a', 'b')]);
  await deliveries.fail({ subject: 'user:bob', deliveries: ['a', 'b'], failure, permanent: true });
  const queued: string[][] = [];
  expect(await deliveries.reopen(['a', 'b'], async (subjects) => void queued.push(subjects.toSorted()))).toBe(
    2,
  );
  expect(queued).toEqual([['user:ann', 'user:bob', 'user:cy']]);
  for (const id of ['a', 'b', 'other']) expect(await statusOf(id)).toBe('pending');
  expect(await deliveries.pendingOf(['user:ann'], false)).toHaveLength(2);
});

test('settles, fails and replays nothing when there is nothing', async () => {
  await store('a');
  await deliveries.settle([]);
  await deliveries.fail({ subject: 'user:ann', deliveries: [], failure, permanent: true });
  expect(await deliveries.reopen('dead', unexpected)).toBe(0);
  expect(await deliveries.reopen([], unexpected)).toBe(0);
  expect(await deliveries.find('a')).toMatchObject({ status: 'pending', attempts: 0 });
});

test('a replay accepts dead letters or any named delivery, except ignored ones', async () => {
  const settledAt = new Date();
  for (const status of ['failed', 'applied', 'ignored', 'pending'] as const) {
    await store(status, { status, subjects: [`user:${status}`] });
    await database.db.update(webhookDeliveries).set({ settledAt });
  }
  const queued: string[] = [];
  const enqueue = async (subjects: string[]): Promise<void> => void queued.push(...subjects);
  expect(await deliveries.reopen('dead', enqueue)).toBe(1);
  expect(queued).toEqual(['user:failed']);
  expect(await deliveries.reopen(['applied', 'ignored'], enqueue)).toBe(1);
  expect(queued).toEqual(['user:failed', 'user:applied']);
  expect(await deliveries.find('applied')).toMatchObject({ status: 'pending', settledAt: null });
  expect(await deliveries.find('ignored')).toMatchObject({ status: 'ignored', settledAt });
});

test('returns the subjects received since a time, each once and without the whole directory', async () => {
  await store('a', { receivedAt: day1, subjects: ['user:old'] });
  await store('b', { receivedAt: day2, subjects: ['user:ann', 'directory'] });
  await store('c', { receivedAt: day3, subjects: ['user:ann', 'organization:acme'] });
  const found = await deliveries.subjectsReceivedSince(day2 ?? new Date());
  expect(found.toSorted()).toEqual(['organization:acme', 'user:ann']);
});

const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

test('deletes old settled deliveries, but not pending or dead ones', async () => {
  for (const status of ['failed', 'applied', 'ignored', 'pending'] as const) {
    await store(status, { status, receivedAt: daysAgo(31) });
    await store(`young ${status}`, { status, receivedAt: daysAgo(29) });
  }
  await deliveries.deleteOlderThan(30);
  expect((await listed({})).toSorted()).toEqual([
    'failed',
    'pending',
    'young applied',
    'young failed',
    'young ignored',
    'young pending',
  ]);
});

test('marks pending deliveries without a job as dead with a reason, and no others', async () => {
  await store('a', { subjects: ['user:ann', 'user:bob'] });
  await store('b', { subjects: ['user:bob'] });
  await store('applied', { status: 'applied' });
  await deliveries.settle([{ subject: 'user:bob', deliveries: ['b'], changes: [] }]);
  await database.db.execute(
    sql`insert into pgboss.job (name, singleton_key, state) values ('directory-subjects', 'user:bob', 'retry')`,
  );
  expect(await deliveries.abandon('user:bob')).toEqual([]);
  expect(await deliveries.abandon('user:ann')).toEqual(['a']);
  expect(await deliveries.find('a')).toMatchObject({
    status: 'failed',
    attempts: 1,
    outcome: { kind: 'error', code: 'ABANDONED' },
    failedAttempts: [{ subject: 'user:ann', code: 'ABANDONED' }],
  });
  expect(await deliveries.abandon('user:ann')).toEqual([]);
  expect(await deliveries.counts()).toMatchObject({ applied: 2, failed: 1 });
});

test('a delivery that cannot be queued is a dead letter with its reason, and no other is', async () => {
  await store('a');
  await store('b');
  await deliveries.giveUp('a', failure);
  expect(await deliveries.find('a')).toMatchObject({
    status: 'failed',
    outcome: { kind: 'error', ...failure },
  });
  expect(await deliveries.find('b')).toMatchObject({ status: 'pending', outcome: null });
});
