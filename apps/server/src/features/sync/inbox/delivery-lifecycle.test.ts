import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogtoEvent } from '@latchkey/directory-sync';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../../testing/fresh-database.ts';
import { createDeliveryStore } from './delivery-store.ts';
import { createInbox } from './inbox.ts';
import { createQueueDeliveries } from './queue-deliveries.ts';

const failure = { code: 'INTERNAL', detail: 'no' } as const;
const database = await openTestDatabase();
const deliveries = createDeliveryStore(database.db);
const queue = createQueueDeliveries(database.db, async () => {}, {
  onBadDelivery: async () => {},
  onError() {},
});
const inbox = createInbox({
  pool: database.db.$client,
  onStored: queue.add,
  onAccepted: async () => {},
  onLost() {},
});

async function store(users: readonly string[]): Promise<string> {
  const body = JSON.stringify({
    event: 'Organization.Membership.Updated',
    createdAt: new Date().toISOString(),
    nonce: randomUUID(),
    addedUserIds: users,
  });
  await inbox.receive(Buffer.from(body), LogtoEvent.parse(JSON.parse(body)));
  const subject = `user:${users[0]}`;
  await expect.poll(() => deliveries.pendingOf([subject], false)).toHaveLength(1);
  const [delivery] = await deliveries.pendingOf([subject], false);
  return delivery?.id ?? '';
}
const statusOf = async (id: string): Promise<string | undefined> => (await deliveries.find(id))?.status;
const settled = (subject: string, id: string) => ({ subject, deliveries: [id], changes: [] });

test('a delivery is applied only when its last subject is settled', async () => {
  const id = await store(['a1', 'a2']);
  await deliveries.settle([settled('user:a1', id)]);
  expect(await statusOf(id)).toBe('pending');
  expect(await deliveries.pendingOf(['user:a1'], false)).toEqual([]);
  await deliveries.settle([settled('user:a2', id)]);
  expect(await deliveries.find(id)).toMatchObject({ status: 'applied', outcome: { kind: 'applied' } });
});

test('a dead letter remains one when its other subjects are retried and fail', async () => {
  const id = await store(['b1', 'b2']);
  await deliveries.fail({ subject: 'user:b1', deliveries: [id], failure, permanent: true });
  await deliveries.fail({ subject: 'user:b2', deliveries: [id], failure, permanent: false });
  expect(await deliveries.find(id)).toMatchObject({
    status: 'failed',
    attempts: 2,
    outcome: { kind: 'error' },
  });
  expect(await deliveries.pendingOf(['user:b1', 'user:b2'], false)).toEqual([]);
});

test('a failed attempt and its delivery are recorded together, or not at all', async () => {
  const id = await store(['c1']);
  const bad = { ...failure, status: Number.NaN, detail: '\0' };
  await expect(
    deliveries.fail({ subject: 'user:c1', deliveries: [id], failure: bad, permanent: true }),
  ).rejects.toThrow();
  expect(await deliveries.find(id)).toMatchObject({ status: 'pending', attempts: 0, failedAttempts: [] });
});

async function refused(): Promise<never> {
  await sleep(50);
  throw new Error('The queue does not answer.');
}

test('a delivery that cannot be queued again is not pending again', async () => {
  const id = await store(['d1']);
  await deliveries.fail({ subject: 'user:d1', deliveries: [id], failure, permanent: true });
  await expect(deliveries.reopen('dead', refused)).rejects.toThrow();
  await expect(deliveries.reopen([id], refused)).rejects.toThrow();
  expect(await statusOf(id)).toBe('failed');
});

test('a replay queues each subject of its deliveries once, and does not change other subjects', async () => {
  const [dead, also, waiting] = [await store(['e1', 'e2']), await store(['e3', 'e1']), await store(['e4'])];
  for (const id of [dead, also]) {
    await deliveries.settle([settled('user:e1', id)]);
    await deliveries.fail({ subject: 'user:e2', deliveries: [id], failure, permanent: true });
  }
  const queued: string[][] = [];
  const enqueue = async (subjects: string[]): Promise<void> => void queued.push(subjects.toSorted());
  expect(await deliveries.reopen([dead, also], enqueue)).toBe(2);
  expect(queued).toEqual([['user:e1', 'user:e2', 'user:e3']]);
  expect([await statusOf(dead), await statusOf(also), await statusOf(waiting)]).toEqual([
    'pending',
    'pending',
    'pending',
  ]);
  expect(await deliveries.pendingOf(['user:e1'], false)).toHaveLength(2);
});
