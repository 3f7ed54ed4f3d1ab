import { Client } from 'pg';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { freshDatabase } from '../testing/fresh-database.ts';
import { openBus, type Bus } from './open-bus.ts';
import type { Topic } from './topic.ts';

const Payload = z.object({ subject: z.string() });
type Payload = z.output<typeof Payload>;
const topicOf = (bus: Bus): Topic<Payload> => bus.topic({ name: 'test', schema: Payload });

let url: string;
let one: Bus;
let other: Bus;
let heard: (Payload | 'gap')[];
let errors: Error[];
const recordTo = (list: (Payload | 'gap')[]) => ({
  onMessage: (payload: Payload) => void list.push(payload),
  onGap: () => void list.push('gap'),
});
beforeEach(async () => {
  url = await freshDatabase();
  heard = [];
  errors = [];
  [one, other] = await Promise.all([
    openBus(url, (error) => errors.push(error)),
    openBus(url, (error) => errors.push(error)),
  ]);
  topicOf(other).subscribe(recordTo(heard));
});
afterEach(() => Promise.all([one.close(), other.close()]));

const message = { subject: 'ann' };

test('a message reaches the own subscribers at once, and the other replicas once', async () => {
  const here: (Payload | 'gap')[] = [];
  topicOf(one).subscribe(recordTo(here));
  topicOf(one).publish(message);
  expect(here).toEqual([message]);
  await vi.waitFor(() => expect(heard).toEqual([message]));
  expect(here).toEqual([message]);
});

test('a message reaches the subscribers of its topic only', async () => {
  const elsewhere: (Payload | 'gap')[] = [];
  other.topic({ name: 'another', schema: Payload }).subscribe(recordTo(elsewhere));
  topicOf(one).publish(message);
  await vi.waitFor(() => expect(heard).toEqual([message]));
  expect(elsewhere).toEqual([]);
});

test('after unsubscribing nothing is heard', async () => {
  const here: (Payload | 'gap')[] = [];
  topicOf(one).subscribe(recordTo(here))();
  topicOf(one).publish(message);
  await vi.waitFor(() => expect(heard).toEqual([message]));
  expect(here).toEqual([]);
});

test('a message of an unknown version is ignored', async () => {
  const client = new Client({ connectionString: url });
  await client.connect();
  const unknown = [
    '',
    'no json',
    '[]',
    '{"from":"x","topic":"of-tomorrow","payload":{}}',
    '{"from":"x","topic":"test","payload":{"subject":1}}',
  ];
  for (const payload of unknown) {
    await client.query('select pg_notify($1, $2)', ['latchkey', payload]); // oxlint-disable-line no-await-in-loop
  }
  await client.end();
  topicOf(one).publish(message);
  await vi.waitFor(() => expect(heard).toEqual([message]));
});

test('a broken connection is a gap when it breaks and when it is back, and then messages are heard again', async () => {
  const admin = new Client({ connectionString: inject('postgresUrl') });
  await admin.connect();
  await admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'latchkey-bus' and datname = $1",
    [new URL(url).pathname.slice(1)],
  );
  await admin.end();
  await vi.waitFor(() => expect(heard).toEqual(['gap', 'gap']), 5_000);
  await vi.waitFor(() => {
    topicOf(one).publish(message);
    expect(heard).toContainEqual(message);
  }, 5_000);
  expect(errors).not.toEqual([]);
});
