import { sql } from 'drizzle-orm';
import { DatabaseError } from 'pg';
import { beforeEach, expect, test, vi } from 'vitest';
import { type Transaction } from '../../../platform/database/open-database.ts';
import { openTestDatabase } from '../../../testing/fresh-database.ts';
import { deliverySubjects, webhookDeliveries } from '../tables.ts';
import { createQueueDeliveries, type QueueDeliveries } from './queue-deliveries.ts';
import { waitFor } from '../../../testing/wait-for.ts';

/** Called during each pause, so that a test can add deliveries. */
let duringPause: () => void;
vi.mock('node:timers/promises', async (load) => ({
  ...(await load<typeof import('node:timers/promises')>()),
  setTimeout: async () => duringPause(),
}));

/** The subjects that were queued, by transaction. */
let queued: string[][];
let errors: unknown[];
let bad: string[];
let enqueue: (subjects: readonly string[], transaction: Transaction) => Promise<void>;
let queue: QueueDeliveries;
const database = await openTestDatabase();
beforeEach(async () => {
  [queued, errors, bad, duringPause] = [[], [], [], () => {}];
  await database.db.delete(webhookDeliveries);
  enqueue = async (subjects) => void queued.push([...subjects]);
  queue = createQueueDeliveries(
    database.db,
    (subjects, options) => enqueue(subjects, options!.transaction!),
    {
      onBadDelivery: async ({ id }) => void bad.push(id),
      onError: (error) => errors.push(error),
    },
  );
});

const waiting = (id: string, subjects = [`user:${id}`], event = 'x') => ({ id, event, subjects });
async function store(ids: readonly string[]): Promise<void> {
  await database.db.insert(webhookDeliveries).values(ids.map((id) => ({ ...waiting(id), body: '{}' })));
}
const rowsOf = () => database.db.select({ id: deliverySubjects.deliveryId }).from(deliverySubjects);

test('queues the users who signed up as sign-ups', async () => {
  await store(['a', 'b', 'c']);
  const signUps: string[] = [];
  const queuedAll: string[] = [];
  const signing = createQueueDeliveries(
    database.db,
    async (subjects, options) => {
      queuedAll.push(...subjects);
      signUps.push(...(options?.signUps ?? []));
    },
    { onBadDelivery: async () => {}, onError: (error) => errors.push(error) },
  );
  signing.add([
    waiting('a', ['user:ann'], 'PostRegister'),
    waiting('b', ['user:bob'], 'PostSignIn'),
    waiting('c', ['user:cy'], 'User.Created'),
  ]);
  await waitFor(() => expect(queuedAll.toSorted()).toEqual(['user:ann', 'user:bob', 'user:cy']));
  expect(signUps.toSorted()).toEqual(['user:ann', 'user:cy']);
  expect(errors).toEqual([]);
});

test('queues each subject once, together with its row or not at all', async () => {
  await store(['a', 'b']);
  await database.db.execute(sql`create table if not exists jobs (subject text)`);
  let isUnavailable = true;
  enqueue = async (subjects, transaction) => {
    for (const subject of subjects) await transaction.execute(sql`insert into jobs values (${subject})`);
    if (isUnavailable) throw new DatabaseError('no', 1, 'error');
    queued.push([...subjects]);
  };
  const deliveries = [waiting('a', ['user:ann', 'user:bob']), waiting('b', ['user:ann'])];
  queue.add(deliveries);
  // No single delivery causes the failure, so each was tried alone, failed, and was passed to `onBadDelivery`.
  await waitFor(() => expect(bad).toEqual(['a', 'b']));
  expect(await rowsOf()).toEqual([]);
  isUnavailable = false;
  queue.add(deliveries);
  await waitFor(() => expect(queued).toHaveLength(1));
  expect(queued[0]?.toSorted()).toEqual(['user:ann', 'user:bob']);
  await waitFor(async () => expect(await rowsOf()).toHaveLength(3));
  const { rows } = await database.db.execute(sql`select subject from jobs order by subject`);
  expect(rows).toEqual([{ subject: 'user:ann' }, { subject: 'user:bob' }]);
  expect(errors).toEqual([]);
});

test('finds deliveries that an outage left unqueued, except new, queued, settled or ignored ones', async () => {
  await store(['a', 'b', 'new', 'queued', 'applied', 'ignored', 'failed']);
  const outage = new Error('The connection was cut.');
  enqueue = () => Promise.reject(outage);
  queue.add([waiting('a'), waiting('b')]);
  await waitFor(() => expect(errors).toEqual([outage]));
  expect(bad).toEqual([]);
  enqueue = async (subjects) => void queued.push([...subjects]);
  await database.db.execute(sql`update ${webhookDeliveries} set
    received_at = now() - case when id = 'b' then interval '7 seconds' when id = 'new' then interval '0' else interval '6 seconds' end,
    status = case when id in ('applied', 'ignored', 'failed') then id::delivery_status else 'pending' end`);
  await database.db.insert(deliverySubjects).values({ deliveryId: 'queued', subject: 'user:queued' });
  queue.addForgotten();
  await waitFor(() => expect(queued.map((subjects) => subjects.toSorted())).toEqual([['user:a', 'user:b']]));
});

test('a queue ended by an outage resumes with the next delivery', async () => {
  await store(['a', 'b']);
  const works = enqueue;
  enqueue = () => Promise.reject(new Error('The connection was cut.'));
  queue.add([waiting('a')]);
  await waitFor(() => expect(errors).toHaveLength(1));
  enqueue = works;
  queue.add([waiting('b')]);
  await waitFor(() => expect(queued).toEqual([['user:b']]));
});

test('no transaction has more than a thousand deliveries', async () => {
  const ids = Array.from({ length: 2_500 }, (_, index) => `d${index}`);
  await store(ids);
  queue.add(ids.map((id) => waiting(id)));
  await waitFor(() => expect(queued.map(({ length }) => length)).toEqual([1_000, 1_000, 500]));
  expect(new Set(queued.flat()).size).toBe(2_500);
});

/**
 * Returns the number of pauses. The first delivery is queued immediately; `arrivals` deliveries are added during each
 * of the following pauses.
 */
async function pausesOf(arrivals: (pause: number) => number): Promise<number> {
  let pauses = 0;
  // Without subjects, so that the deliveries need no rows.
  const add = (count: number): void =>
    queue.add(Array.from({ length: count }, (_, index) => waiting(`${pauses}-${index}`, [])));
  duringPause = () => add(arrivals(pauses++));
  const atOnce = enqueue;
  enqueue = async (subjects, transaction) => {
    if (queued.length === 0) add(1);
    await atOnce(subjects, transaction);
  };
  add(1);
  expect(pauses).toBe(0);
  await waitFor(() => expect(queued).toHaveLength(2));
  return pauses;
}

test('queueing waits during a burst, until fewer than a hundred arrive in a pause', async () => {
  expect(await pausesOf((pause) => [100, 150, 99][pause] ?? 1_000)).toBe(3);
  expect(errors).toEqual([]);
});

test('a continuous burst is queued after a hundred pauses', async () => {
  let pauses = 0;
  enqueue = async (subjects) => {
    queued.push([...subjects]);
    if (queued.length === 1) queue.add([waiting('next', [])]);
  };
  duringPause = () => {
    pauses++;
    const arrivals = pauses > 150 ? 0 : 100;
    queue.add(Array.from({ length: arrivals }, (_, index) => waiting(`${pauses}-${index}`, [])));
  };
  queue.add([waiting('first', [])]);
  // The first delivery alone, and then 10,001 deliveries, a thousand per transaction.
  await waitFor(() => expect(queued).toHaveLength(12));
  expect(pauses).toBe(100);
});

test('does nothing without deliveries, and queues them sequentially', async () => {
  let underWay = 0;
  let most = 0;
  enqueue = async (subjects) => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay--;
    queued.push([...subjects]);
  };
  queue.add([]);
  for (const id of ['a', 'b', 'c']) queue.add([waiting(id, [])]);
  await waitFor(() => expect(queued).toHaveLength(2));
  expect(most).toBe(1);
});
