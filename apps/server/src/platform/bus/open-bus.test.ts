import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { startFaultProxy } from '../../testing/fault-proxy.ts';
import { freshDatabase, terminateBus } from '../../testing/fresh-database.ts';
import { openBus, type Bus } from './open-bus.ts';
import type { Topic } from './topic.ts';
import { waitFor } from '../../testing/wait-for.ts';

const Payload = z.object({ subject: z.string() });
type Payload = z.output<typeof Payload>;
const topicOf = (bus: Bus): Topic<Payload> => bus.topic({ name: 'test', schema: Payload });

/** Milliseconds; long, because the machine may be busy. Tests in which PostgreSQL hangs use the default. */
const deadline = 60_000;

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
    openBus({ url, deadline, onError: (error) => errors.push(error) }),
    openBus({ url, deadline, onError: (error) => errors.push(error) }),
  ]);
  topicOf(other).subscribe(recordTo(heard));
});
afterEach(() => Promise.all([one.close(), other.close()]));

const message = { subject: 'ann' };

test('delivers a message to local subscribers synchronously, and to other replicas once', async () => {
  const here: (Payload | 'gap')[] = [];
  topicOf(one).subscribe(recordTo(here));
  topicOf(one).publish(message);
  expect(here).toEqual([message]);
  await waitFor(() => expect(heard).toEqual([message]));
  expect(here).toEqual([message]);
});

test('delivers a message only to the subscribers of its topic', async () => {
  const elsewhere: (Payload | 'gap')[] = [];
  other.topic({ name: 'another', schema: Payload }).subscribe(recordTo(elsewhere));
  topicOf(one).publish(message);
  await waitFor(() => expect(heard).toEqual([message]));
  expect(elsewhere).toEqual([]);
});

test('delivers nothing after unsubscribing', async () => {
  const here: (Payload | 'gap')[] = [];
  topicOf(one).subscribe(recordTo(here))();
  topicOf(one).publish(message);
  await waitFor(() => expect(heard).toEqual([message]));
  expect(here).toEqual([]);
});

test('a message published to this replica only reaches no other', async () => {
  const here: (Payload | 'gap')[] = [];
  topicOf(one).subscribe(recordTo(here));
  topicOf(one).publishHere({ subject: 'only here' });
  topicOf(one).publish(message);
  expect(here).toEqual([{ subject: 'only here' }, message]);
  await waitFor(() => expect(heard).toEqual([message]));
});

test('delivers the largest message that NOTIFY accepts, and turns one byte more into a gap', async () => {
  const overhead = Buffer.byteLength(
    JSON.stringify({ from: randomUUID(), topic: 'test', payload: { subject: '' } }),
  );
  const subject = 'é'.repeat((7_999 - overhead - 1) / 2) + 'x'.repeat(((7_999 - overhead - 1) % 2) + 1);
  topicOf(one).publish({ subject });
  await waitFor(() => expect(heard).toEqual([{ subject }]));
  topicOf(one).publish({ subject: `${subject}x` });
  await waitFor(() => expect(heard).toEqual([{ subject }, 'gap']));
});

test('a closed bus delivers nothing', async () => {
  const here: (Payload | 'gap')[] = [];
  const third = await openBus({ url, deadline, onError: (error) => errors.push(error) });
  topicOf(third).subscribe(recordTo(here));
  await third.close();
  topicOf(third).publish(message);
  expect([here, errors]).toEqual([[], []]);
});

test('a bus can be closed while PostgreSQL is down, after reporting the error', async () => {
  const proxy = await startFaultProxy(url);
  const reported: Error[] = [];
  const third = await openBus({
    url: proxy.through(url),
    deadline,
    onError: (error) => reported.push(error),
  });
  await proxy.set('refused');
  await waitFor(() => expect(reported.map((error) => Object(error).code)).toContain('ECONNREFUSED'));
  await third.close();
});

test('reports a message that cannot be sent, and a silent connection', async () => {
  const proxy = await startFaultProxy(url);
  const reported: string[] = [];
  const open = () =>
    openBus({ url: proxy.through(url), onError: ({ message: text }) => reported.push(text) });
  const [busy, quiet] = [await open(), await open()];
  const gaps: (Payload | 'gap')[] = [];
  topicOf(quiet).subscribe(recordTo(gaps));
  await proxy.set('hanging');
  topicOf(busy).publish(message);
  await waitFor(() => expect(reported).toContain('Query read timeout'));
  // Only heartbeats are sent on the other connection.
  await waitFor(() => expect(gaps).toEqual(['gap']));
  await proxy.set('none');
  await waitFor(() => expect(gaps.slice(0, 2)).toEqual(['gap', 'gap']));
  await Promise.all([busy.close(), quiet.close()]);
});

test('a failed send ends the connection before a heartbeat does', async () => {
  const proxy = await startFaultProxy(url);
  const reported: string[] = [];
  const heartbeat = vi.spyOn(globalThis, 'setInterval').mockImplementation(() => setTimeout(() => {}, 0));
  const third = await openBus({
    url: proxy.through(url),
    onError: ({ message: text }) => reported.push(text),
  });
  heartbeat.mockRestore();
  await proxy.set('hanging');
  topicOf(third).publish(message);
  await waitFor(() => expect(reported).toContain('Query read timeout'));
  await proxy.set('none');
  await waitFor(() => expect(heard).toEqual([message]));
  await third.close();
});

test('ignores a message of an unknown version', async () => {
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
    await client.query('select pg_notify($1, $2)', ['latchkey', payload]);
  }
  await client.end();
  topicOf(one).publish(message);
  await waitFor(() => expect(heard).toEqual([message]));
});

test('a broken connection is a gap when it breaks and when it is restored, and then messages arrive again', async () => {
  await terminateBus(url);
  await waitFor(() => expect(heard).toEqual(['gap', 'gap']));
  await waitFor(() => {
    topicOf(one).publish(message);
    expect(heard).toContainEqual(message);
  });
  expect(errors).not.toEqual([]);
});

test('sends messages published during a disconnect after the reconnect', async () => {
  const proxy = await startFaultProxy(url);
  const third = await openBus({ url: proxy.through(url), deadline, onError: () => {} });
  await proxy.set('refused');
  for (const subject of ['bob', 'cy']) topicOf(third).publish({ subject });
  expect(heard).toEqual([]);
  await proxy.set('none');
  await waitFor(() => expect(heard).toEqual([{ subject: 'bob' }, { subject: 'cy' }]));
  await third.close();
});

test.each(['refused', 'reset', 'hanging', 'half', 'garbage'] as const)(
  'while PostgreSQL is %s there is one attempt at a time, and one connection afterwards',
  async (fault) => {
    const proxy = await startFaultProxy(url);
    let failed = 0;
    const third = await openBus({ url: proxy.through(url), onError: () => (failed += 1) });
    expect(proxy.accepted()).toBe(1);
    await proxy.set('refused');
    await proxy.set(fault);
    await waitFor(() => expect(failed).toBeGreaterThan(2));
    await waitFor(() => expect(proxy.open()).toBeLessThanOrEqual(1));
    await proxy.set('none');
    await waitFor(() => {
      topicOf(one).publish(message);
      topicOf(third).publish({ subject: 'third' });
      expect(heard).toContainEqual({ subject: 'third' });
    });
    expect(proxy.open()).toBe(1);
    await third.close();
    await proxy.close();
  },
);

test('a bus closed during a reconnect ends and leaves no connection', async () => {
  const proxy = await startFaultProxy(url);
  for (let pause = 0; pause < 200; pause += 10) {
    const third = await openBus({ url: proxy.through(url), deadline, onError: () => {} });
    await proxy.set('refused');
    await proxy.set('none');
    await sleep(pause);
    await third.close();
  }
  await waitFor(() => expect(proxy.open()).toBe(0));
});

test('a replica knows whether it is alone, also after others have ended', async () => {
  const elsewhere = await freshDatabase();
  const alone: string[] = [];
  const open = (name: string): Promise<Bus> =>
    openBus({ url: elsewhere, deadline, onError: () => {}, onAlone: async () => void alone.push(name) });
  const first = await open('first');
  const second = await open('second');
  await first.close();
  const third = await open('third');
  await second.close();
  await third.close();
  await waitFor(async () => {
    const last = await open('last');
    await last.close();
    expect(alone).toEqual(['first', 'last']);
  });
});
