import { LogtoEvent } from '@latchkey/directory-sync';
import { Pool } from 'pg';
import { beforeEach, expect, test } from 'vitest';
import { openTestDatabase } from '../../../testing/fresh-database.ts';
import { webhookDeliveries } from '../tables.ts';
import { createInbox } from './inbox.ts';

/** The calls of the inbox's callbacks: `stored` with subjects, `accepted` with the event name, and `lost`. */
let calls: string[];
const database = await openTestDatabase();
const inbox = createInbox({
  pool: database.db.$client,
  onStored(deliveries) {
    for (const { subjects } of deliveries) calls.push(`stored ${subjects.join()}`);
  },
  onAccepted: async ({ event }) => void calls.push(`accepted ${event}`),
  onLost: () => calls.push('lost'),
});
beforeEach(async () => {
  calls = [];
  await database.db.delete(webhookDeliveries);
});

const createdAt = '2026-11-01T00:00:00.000Z';
const receive = (event: object, source?: 'recovered') => {
  const body = JSON.stringify({ createdAt, ...event });
  return inbox.receive(Buffer.from(body), LogtoEvent.parse(JSON.parse(body)), source);
};
const about = (id: string) => ({ event: 'User.Created', data: { id } });
const rows = () => database.db.select().from(webhookDeliveries);

test('stores a pending delivery with each of its subjects once', async () => {
  const members = { addedUserIds: ['ann', 'bob'], removedUserIds: ['ann'] };
  expect(await receive({ event: 'Organization.Membership.Updated', ...members })).toBe('accepted');
  expect(await rows()).toMatchObject([
    {
      event: 'Organization.Membership.Updated',
      body: JSON.stringify({ createdAt, event: 'Organization.Membership.Updated', ...members }),
      source: 'webhook',
      subjects: ['user:ann', 'user:bob'],
      status: 'pending',
      outcome: null,
      settledAt: null,
    },
  ]);
  expect(calls).toEqual(['stored user:ann,user:bob', 'accepted Organization.Membership.Updated']);
});

test('the same bytes are a duplicate without callbacks, also when sent concurrently', async () => {
  const outcomes = await Promise.all([receive(about('ann')), receive(about('ann')), receive(about('bob'))]);
  expect(outcomes).toEqual(['accepted', 'duplicate', 'accepted']);
  expect(calls.toSorted()).toEqual([
    'accepted User.Created',
    'accepted User.Created',
    'stored user:ann',
    'stored user:bob',
  ]);
  expect(await receive(about('ann'))).toBe('duplicate');
  expect(calls).toHaveLength(4);
  expect(await rows()).toHaveLength(2);
});

test.each([
  ['a test', { event: 'PostSignIn', userId: 'fake-id' }, 'test'],
  ['an event that changes nothing in Permit', { event: 'Role.Created', data: { id: 'r' } }, 'not_handled'],
])('%s is stored and ignored without a job', async (_, event, because) => {
  expect(await receive(event)).toBe('accepted');
  expect(await rows()).toMatchObject([
    { status: 'ignored', outcome: { kind: 'ignored', because }, settledAt: expect.any(Date), subjects: [] },
  ]);
  expect(calls).toEqual([`accepted ${event.event}`]);
});

test('a delivery that Logto could not make is stored as recovered', async () => {
  await receive(about('ann'), 'recovered');
  expect(await rows()).toMatchObject([{ source: 'recovered' }]);
});

test('a delivery that cannot be stored fails and counts as lost', async () => {
  const pool = new Pool({ connectionString: 'postgres://127.0.0.1:9/' });
  const cut = createInbox({
    pool,
    onStored: () => calls.push('stored'),
    onAccepted: async () => void calls.push('accepted'),
    onLost: () => calls.push('lost'),
  });
  const event = LogtoEvent.parse({ ...about('ann'), createdAt });
  await expect(cut.receive(Buffer.from('{}'), event)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(calls).toEqual(['lost']);
  await pool.end();
});

test('prepares the statement once per connection, for any number of deliveries', async () => {
  const others = [receive(about('bob')), receive(about('cy'))];
  await Promise.all([receive(about('ann')), ...others]);
  await receive(about('dan'));
  const { rows: prepared } = await database.db.$client.query(
    "select count(*)::int as of_inbox from pg_prepared_statements where statement ~ 'insert into webhook_deliveries'",
  );
  expect(prepared).toEqual([{ of_inbox: 1 }]);
});
