import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { lt, sql } from 'drizzle-orm';
import { afterAll, afterEach, expect, test } from 'vitest';
import { createLogger } from '../../platform/log/create-logger.ts';
import { eventAt } from '../../testing/event-at.ts';
import { openTestDatabase } from '../../testing/fresh-database.ts';
import { createEventStore } from './event-store.ts';
import { openStreams, type StreamsOptions } from './open-streams.ts';
import { auditEvents, auditStreams } from './tables.ts';
import { portOf } from '../../testing/serve.ts';
import { waitFor } from '../../testing/wait-for.ts';

const key = 'a key of thirty-two bytes, exact';
const secret = `whsec_${Buffer.from(key).toString('base64')}`;

let receiver: Server;
let port = 0;
let received: string[] = [];
let wrong: string[] = [];
let answer = (response: ServerResponse): void => void response.end();
let log: string[] = [];
const open: { close(): Promise<void> }[] = [];

const database = await openTestDatabase();
const store = createEventStore(database.db);
const folder = await mkdtemp(join(tmpdir(), 'latchkey-stream-'));
await listen();
afterAll(async () => {
  await hangUp();
  await rm(folder, { recursive: true });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((streams) => streams.close()));
  await database.db.delete(auditStreams);
  [received, wrong, log] = [[], [], []];
  answer = (response) => void response.end();
});

async function listen(): Promise<void> {
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': given } = request.headers;
      const signature = createHmac('sha256', key)
        .update(`${String(id)}.${String(at)}.${body}`)
        .digest('base64');
      if (given !== `v1,${signature}`) wrong.push(body);
      received.push(
        ...body
          .trimEnd()
          .split('\n')
          .map((line) => String(JSON.parse(line).instance)),
      );
      answer(response);
    });
  }).listen(port, '127.0.0.1');
  await once(receiver, 'listening');
  const address = receiver.address();
  port = portOf(address);
}
async function hangUp(): Promise<void> {
  receiver.closeAllConnections();
  await new Promise((resolve) => void receiver.close(resolve));
}

function start(settings: Partial<StreamsOptions['settings']> = {}): { close(): Promise<void> } {
  const streams = openStreams({
    db: database.db,
    settings: { http: { url: `http://127.0.0.1:${port}/`, secret }, ...settings },
    log: createLogger('info', { write: (line: string) => log.push(line) }),
  });
  open.push(streams);
  return streams;
}
/** Waits for the first poll, with which the stream starts. */
const begun = () =>
  waitFor(async () => expect(await database.db.select().from(auditStreams)).toHaveLength(1));
let count = 0;
const some = (number: number): string[] => Array.from({ length: number }, () => `event ${++count}`);
const insert = (names: readonly string[]) =>
  store.insert(names.map((instance) => eventAt(new Date().toISOString(), { instance })));
/** Waits until the receiver has each event at least once. */
const all = (names: readonly string[]) => waitFor(() => expect(new Set(received)).toEqual(new Set(names)));

test('one of two replicas sends each event once and signed; a stream starts with new events', async () => {
  await insert(some(3));
  // A stream starts with the oldest transaction running in any database of this PostgreSQL server. So this waits until
  // none is older than the first three events.
  await waitFor(async () => {
    const behind = lt(auditEvents.writtenBy, sql`pg_snapshot_xmin(pg_current_snapshot())`);
    expect(await database.db.$count(auditEvents, behind)).toBe(3);
  });
  start();
  start();
  await begun();
  const names = some(1_200);
  for (const name of [names.slice(0, 700), names.slice(700)]) await insert(name);
  await waitFor(() => expect(received).toHaveLength(names.length));
  expect(new Set(received)).toEqual(new Set(names));
  expect(wrong).toEqual([]);
});

test('a receiver that fails, hangs or is down loses no events, and redirects are not followed', async () => {
  start({ deadline: 300 });
  await begun();
  const names: string[] = [];
  const faults: ((response: ServerResponse) => void)[] = [
    (response) => void response.writeHead(500).end(),
    () => {},
    (response) => void response.writeHead(307, { location: `http://127.0.0.1:${port}/elsewhere` }).end(),
    (response) => void response.destroy(),
  ];
  for (const fault of faults) {
    const [name = ''] = some(1);
    names.push(name);
    const before = received.length;
    answer = fault;
    await insert([name]);
    await waitFor(() => expect(received.length).toBeGreaterThan(before));
    answer = (response) => void response.end();
    await waitFor(() => expect(received.length).toBeGreaterThan(before + 1));
  }
  await hangUp();
  names.push(...some(2));
  await insert(names.slice(-2));
  await listen();
  await all(names);
  expect(log.join()).toContain('the audit stream is not taken');
  expect(log.join()).not.toMatch(/event \d|whsec/);
});

test('a batch that was in flight when a process ended is sent again by the next one', async () => {
  const streams = start();
  await begun();
  const names = some(5);
  answer = () => {};
  await insert(names);
  await all(names);
  await streams.close();
  answer = (response) => void response.end();
  start();
  await waitFor(() => expect(received).toHaveLength(10));
  expect(received.slice(5)).toEqual(received.slice(0, 5));
});

test('does not skip a transaction that commits late', async () => {
  start();
  await begun();
  const [late = '', early = '', last = ''] = some(3);
  await database.db.transaction(async (transaction) => {
    await store.insertWith(transaction, [
      eventAt(new Date().toISOString(), { tenant: 'another', instance: late }),
    ]);
    await insert([early]);
    // Waits for a poll, which must not move the cursor past the uncommitted transaction.
    const [row] = await database.db.select().from(auditStreams);
    await waitFor(async () => {
      const [now] = await database.db.select().from(auditStreams);
      expect(now?.nextAttemptAt).not.toEqual(row?.nextAttemptAt);
    });
  });
  await insert([last]);
  await all([late, early, last]);
});

test('appends lines to a file that only its owner can read; it can be rotated, and a partial line stays separate', async () => {
  const file = join(folder, 'audit.jsonl');
  await writeFile(file, '{"half', { mode: 0o600 });
  const lines = async () => (await readFile(file, 'utf8').catch(() => '')).trimEnd().split('\n');
  const streams = start({ file, http: undefined });
  await begun();
  const [first = '', second = ''] = some(2);
  await insert([first]);
  await waitFor(async () => expect((await lines()).at(-1)).toContain(first));
  expect((await lines())[0]).toBe('{"half');
  await rename(file, `${file}.1`);
  await insert([second]);
  await waitFor(async () => expect(await lines()).toEqual([expect.stringContaining(second)]));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await streams.close();
});
