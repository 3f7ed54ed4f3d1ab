import { hash } from 'node:crypto';
import { LogtoEvent } from '@latchkey/directory-sync';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBus } from '../../../platform/bus/open-bus.ts';
import { openDatabase, type Database } from '../../../platform/database/open-database.ts';
import { freshDatabase } from '../../../testing/fresh-database.ts';
import { openRevocations } from '../revocations/revocations.ts';
import { openSyncQueues } from '../worker/sync-queues.ts';
import { createDeliveryStore } from './delivery-store.ts';
import { createInbox } from './inbox.ts';
import { createQueueDeliveries } from './queue-deliveries.ts';
import { waitFor } from '../../../testing/wait-for.ts';

// In these tests, two replicas write the same rows. The one under test gets them in reverse order.

let url: string;
let database: Database;
let other: Client;
beforeEach(async () => {
  url = await freshDatabase();
  database = await openDatabase(url, () => {});
  other = new Client({ connectionString: url });
  await other.connect();
});
afterEach(async () => {
  await other.end();
  await database.close();
});

/** Makes the other replica write the first row, this one begin to write both, and the other one write the last row. */
async function writeBoth(
  write: (row: 'first' | 'last') => Promise<unknown>,
  begin: () => Promise<unknown>,
): Promise<void> {
  await other.query('begin');
  await write('first');
  const writing = begin();
  writing.catch(() => {}); // Awaited below.
  await waitFor(async () => {
    const { rows } = await database.reserved.query(`select 1 from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database()`);
    expect(rows).toHaveLength(1);
  });
  await write('last');
  await other.query('commit');
  await writing;
}

const bodies = ['ann', 'bob']
  .map((id) => JSON.stringify({ event: 'User.Created', createdAt: '2026-11-01T00:00:00.000Z', data: { id } }))
  .toSorted((one, another) => (hash('sha256', one) < hash('sha256', another) ? -1 : 1));
const insertDelivery = `insert into webhook_deliveries (id, event, body, subjects) values ($1, 'x', '{}', '{}')`;

test.each([
  ['order', false],
  ['reverse order', true],
])('two replicas receive the same deliveries, this one in the %s', async (_, isReversed) => {
  const inbox = createInbox({
    pool: database.db.$client,
    onStored() {},
    onAccepted: async () => {},
    onLost() {},
  });
  const receive = (body: string) => inbox.receive(Buffer.from(body), LogtoEvent.parse(JSON.parse(body)));
  const [first = '', last = ''] = bodies;
  const outcomes: string[] = [];
  await writeBoth(
    (row) => other.query(insertDelivery, [hash('sha256', row === 'first' ? first : last)]),
    async () =>
      outcomes.push(...(await Promise.all((isReversed ? [last, first] : [first, last]).map(receive)))),
  );
  expect(outcomes).toEqual(['duplicate', 'duplicate']);
});

test('two replicas queue the same deliveries', async () => {
  for (const id of ['a', 'b']) await other.query(insertDelivery, [id]);
  const errors: unknown[] = [];
  const queued: string[] = [];
  const queue = createQueueDeliveries(database.db, async (subjects) => void queued.push(...subjects), {
    onBadDelivery: async (_, error) => void errors.push(error),
    onError: (error) => errors.push(error),
  });
  const insert = 'insert into delivery_subjects (delivery_id, subject) values ($1, $2)';
  await writeBoth(
    (row) => other.query(insert, row === 'first' ? ['a', 'user:ann'] : ['b', 'user:bob']),
    async () => {
      queue.add([
        { id: 'b', event: 'x', subjects: ['user:cy', 'user:bob'] },
        { id: 'a', event: 'x', subjects: ['user:ann'] },
      ]);
      await waitFor(() => expect([...queued, ...errors]).not.toEqual([]));
    },
  );
  expect(errors).toEqual([]);
  // The other replica has already queued Ann and Bob.
  expect(queued).toEqual(['user:cy']);
});

test.each(['settle', 'fail', 'abandon'] as const)('two workers %s the same deliveries', async (what) => {
  // Stored in reverse order: without `order by`, PostgreSQL reads rows as they were written.
  for (const id of ['b', 'a']) {
    await other.query(insertDelivery, [id]);
    await other.query('insert into delivery_subjects (delivery_id, subject) values ($1, $2)', [
      id,
      'user:ann',
    ]);
  }
  await (await openSyncQueues(url, () => {})).close(); // Creates the table of jobs.
  const store = createDeliveryStore(database.db);
  const deliveries = ['b', 'a'];
  const failure = { code: 'INTERNAL', detail: 'no' } as const;
  const begin = {
    settle: () => store.settle([{ subject: 'user:ann', deliveries, changes: [] }]),
    fail: () => store.fail({ subject: 'user:ann', deliveries, failure, permanent: false }),
    abandon: () => store.abandon('user:ann'),
  };
  await writeBoth(
    (row) =>
      other.query('select id from webhook_deliveries where id = $1 for update', [
        row === 'first' ? 'a' : 'b',
      ]),
    begin[what],
  );
  expect((await store.find('b'))?.status).toBe(
    { settle: 'applied', fail: 'pending', abandon: 'failed' }[what],
  );
});

test('two workers that settle the two subjects of a delivery apply it', async () => {
  await other.query(insertDelivery, ['a']);
  for (const subject of ['user:ann', 'user:bob'])
    await other.query('insert into delivery_subjects (delivery_id, subject) values ($1, $2)', ['a', subject]);
  const store = createDeliveryStore(database.db);
  await writeBoth(
    (row) =>
      other.query(
        row === 'first'
          ? "select id from webhook_deliveries where id = 'a' for update"
          : "update delivery_subjects set settled_at = now() where subject = 'user:bob'",
      ),
    () => store.settle([{ subject: 'user:ann', deliveries: ['a'], changes: [] }]),
  );
  expect((await store.find('a'))?.status).toBe('applied');
});

test('two replicas record the same users', async () => {
  const bus = await openBus({ url, onError() {} });
  const revocations = await openRevocations({
    ...database,
    bus,
    async onRevoked() {},
    onChange() {},
    onError() {},
  });
  await revocations.rememberActive(['ann', 'bob']);
  await writeBoth(
    (row) =>
      other.query('update directory_users set confirmed_at = now() where id = $1', [
        row === 'first' ? 'ann' : 'bob',
      ]),
    () => revocations.rememberActive(['bob', 'ann']),
  );
  expect((await revocations.recordsOf(['ann', 'bob'])).size).toBe(2);
  await revocations.close();
  await bus.close();
});
