import { Client } from 'pg';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { freshDatabase } from '../testing/fresh-database.ts';
import type { Message } from './message.ts';
import { openBus, type Bus } from './open-bus.ts';

let url: string;
let one: Bus;
let other: Bus;
let heard: Message[];
let errors: Error[];
beforeEach(async () => {
  url = await freshDatabase();
  heard = [];
  errors = [];
  [one, other] = await Promise.all([
    openBus(url, (error) => errors.push(error)),
    openBus(url, (error) => errors.push(error)),
  ]);
  other.subscribe((message) => heard.push(message));
});
afterEach(() => Promise.all([one.close(), other.close()]));

const invalidated: Message = { kind: 'invalidated', subject: 'ann' };

test('what one replica publishes it hears at once, and the others hear it once', async () => {
  const here: Message[] = [];
  one.subscribe((message) => here.push(message));
  one.publish(invalidated);
  expect(here).toEqual([invalidated]);
  await vi.waitFor(() => expect(heard).toEqual([invalidated]));
  expect(here).toEqual([invalidated]);
});

test('who unsubscribed hears nothing more', async () => {
  const here: Message[] = [];
  one.subscribe((message) => here.push(message))();
  one.publish(invalidated);
  await vi.waitFor(() => expect(heard).toEqual([invalidated]));
  expect(here).toEqual([]);
});

test('what no version knows is ignored', async () => {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const payload of ['', 'no json', '[]', '{"from":"x","message":{"kind":"of-tomorrow"}}']) {
    await client.query('select pg_notify($1, $2)', ['latchkey', payload]); // oxlint-disable-line no-await-in-loop
  }
  await client.end();
  one.publish(invalidated);
  await vi.waitFor(() => expect(heard).toEqual([invalidated]));
});

test('after a broken connection everything counts as changed, and messages are heard again', async () => {
  const admin = new Client({ connectionString: inject('postgresUrl') });
  await admin.connect();
  await admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'latchkey-bus' and datname = $1",
    [new URL(url).pathname.slice(1)],
  );
  await admin.end();
  await vi.waitFor(() => expect(heard).toEqual([{ kind: 'invalidated' }, { kind: 'invalidated' }]), 5_000);
  await vi.waitFor(() => {
    one.publish(invalidated);
    expect(heard).toContainEqual(invalidated);
  }, 5_000);
  expect(errors).not.toEqual([]);
});
