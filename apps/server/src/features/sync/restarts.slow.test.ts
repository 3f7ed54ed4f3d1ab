import { hash, randomUUID } from 'node:crypto';
import { LogtoEvent } from '@latchkey/directory-sync';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../database/open-database.ts';
import { deliver } from '../../testing/deliver.ts';
import { freshDatabase } from '../../testing/fresh-database.ts';
import { startTestLogto, type TestLogto } from '../../testing/test-logto.ts';
import { startNeighbours, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { createInbox } from './inbox/inbox.ts';
import { webhookDeliveries } from './tables.ts';
import { waitFor } from '../../testing/wait-for.ts';

const idOf = (body: string): string => hash('sha256', body);

let logto: TestLogto;
let neighbours: Awaited<ReturnType<typeof startNeighbours>>;
let databaseUrl: string;
let server: TestServer | undefined;
beforeEach(async () => {
  [logto, neighbours, databaseUrl] = await Promise.all([
    startTestLogto(),
    startNeighbours(),
    freshDatabase(),
  ]);
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await logto.close();
  await neighbours[Symbol.asyncDispose]();
});

/** Ends the running server, if any, and starts another one on the same database. */
async function restart(): Promise<TestServer> {
  await server?.close();
  server = await startTestServer({ databaseUrl, neighbours, logto: logto.management });
  return server;
}

test('replicas that start concurrently on an empty database migrate it once', async () => {
  const databases = await Promise.all(Array.from({ length: 6 }, () => openDatabase(databaseUrl, () => {})));
  const rows = await Promise.all(databases.map(({ db }) => db.select().from(webhookDeliveries)));
  expect(rows).toEqual(databases.map(() => []));
  await Promise.all(databases.map((database) => database.close()));
});

test.each(['first', 'last'])(
  'replicas insert in the order of ids: one that already has the smallest (sent %s) never deadlocks',
  async (place) => {
    const database = await openDatabase(databaseUrl, () => {});
    const inbox = createInbox({
      pool: database.db.$client,
      onStored() {},
      onAccepted: async () => {},
      onLost() {},
    });
    const [low = '', high = ''] = Array.from({ length: 2 }, () =>
      JSON.stringify({
        event: 'Identifier.Lockout',
        createdAt: new Date().toISOString(),
        nonce: randomUUID(),
      }),
    ).toSorted((one, other) => idOf(one).localeCompare(idOf(other)));
    const other = new Client({ connectionString: databaseUrl });
    await other.connect();
    const insert = (body: string) =>
      other.query("insert into webhook_deliveries (id, event, body) values ($1, 'x', $2)", [
        idOf(body),
        body,
      ]);
    await other.query('begin');
    await insert(low);
    const bodies = place === 'first' ? [low, high] : [high, low];
    const received = Promise.all(
      bodies.map((body) => inbox.receive(Buffer.from(body), LogtoEvent.parse(JSON.parse(body)))),
    );
    received.catch(() => {});
    await waitFor(async () => {
      const { rows } = await database.reserved.query(
        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      );
      expect(rows).toHaveLength(1);
    });
    await insert(high);
    await other.query('commit');
    expect(await received).toEqual(['duplicate', 'duplicate']);
    await other.end();
    await database.close();
  },
);

test('a pause survives a restart: deliveries are stored, and stay pending until sync is resumed', async () => {
  const before = await restart();
  await before.sync.control.setPaused(true);
  const after = await restart();
  expect(await after.sync.control.isPaused()).toBe(true);
  const id = await logto.newUser();
  const body = JSON.stringify({ event: 'User.Created', createdAt: new Date().toISOString(), data: { id } });
  expect(await deliver(after.url, body)).toEqual([200, undefined]);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(await after.sync.control.deliveries.counts()).toMatchObject({ pending: 1, applied: 0 });
  await after.sync.control.setPaused(false);
  await waitFor(async () =>
    expect(await after.sync.control.deliveries.counts()).toMatchObject({ pending: 0, applied: 1 }),
  );
});

test('a pause of two months loses no pending jobs', async () => {
  const before = await restart();
  await before.sync.control.setPaused(true);
  const id = await logto.newUser();
  const body = JSON.stringify({ event: 'User.Created', createdAt: new Date().toISOString(), data: { id } });
  expect(await deliver(before.url, body)).toEqual([200, undefined]);
  const { db } = before;
  const age = `created_on = created_on - interval '60 days', start_after = start_after - interval '60 days',
    keep_until = keep_until - interval '60 days'`;
  await waitFor(async () =>
    expect((await db.execute(`update pgboss.job set ${age} where state = 'created'`)).rowCount).toBe(1),
  );
  await db.execute('update pgboss.queue set maintain_on = null');
  const marker = `name = 'directory-subjects' and data ->> 'subject' = 'marker'`;
  await db.execute(`insert into pgboss.job (name, data, keep_until)
    values ('directory-subjects', '{"subject":"marker"}', now() - interval '1 day')`);

  // The queue is cleaned at start-up, which would delete expired jobs.
  const { sync, db: again } = await restart();
  const find = `select from pgboss.job where ${marker}`;
  await waitFor(async () => expect((await again.execute(find)).rowCount).toBe(0));
  await sync.control.setPaused(false);
  await waitFor(async () =>
    expect(await sync.control.deliveries.counts()).toMatchObject({ pending: 0, applied: 1 }),
  );
});

test('a run whose job cannot be queued is not requested, because it would stay queued forever and block the next one', async () => {
  const { sync, db } = await restart();
  await db.execute(
    `create function refuse() returns trigger language plpgsql as 'begin raise exception ''no''; end'`,
  );
  await db.execute(
    'create trigger refuse before insert on pgboss.job for each row execute function refuse()',
  );
  await expect(sync.control.requestRun({ reason: 'manual' })).rejects.toThrow();
  expect(await sync.control.runs.list(1)).toEqual([]);
});

test('a replay does not change an ignored delivery', async () => {
  const { url, sync, db } = await restart();
  const body = JSON.stringify({
    event: 'Identifier.Lockout',
    createdAt: new Date().toISOString(),
    nonce: randomUUID(),
  });
  await deliver(url, body);
  const [ignored] = await db.select().from(webhookDeliveries);
  expect(ignored).toMatchObject({ status: 'ignored' });
  expect(await sync.control.replay([ignored?.id ?? ''])).toBe(0);
  expect(await db.select().from(webhookDeliveries)).toEqual([ignored]);
});
