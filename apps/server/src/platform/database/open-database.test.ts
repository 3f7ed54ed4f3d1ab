import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { startFaultProxy } from '../../testing/fault-proxy.ts';
import { emptyDatabase, freshDatabase } from '../../testing/fresh-database.ts';
import { maxConnections, openDatabase } from './open-database.ts';
import { isDatabaseOutage } from './outage.ts';
import { waitFor } from '../../testing/wait-for.ts';

test('transactions that fail at BEGIN do not leak connections', async () => {
  const url = await freshDatabase();
  const proxy = await startFaultProxy(url);
  const database = await openDatabase(proxy.through(url), () => {});
  const transaction = (): Promise<unknown> => database.db.transaction((tx) => tx.execute(sql`select 1`));
  for (let index = 0; index <= maxConnections.requests; index++) {
    await transaction();
    // The pool hands out an idle connection that breaks before BEGIN arrives.
    const broken = transaction().catch((error: unknown) => error);
    await proxy.set('reset');
    expect(await broken).toBeInstanceOf(Error);
    await proxy.set('none');
  }
  await expect(transaction()).resolves.toMatchObject({ rowCount: 1 });
  await database.close();
});

test('a connection is usable after a rolled-back transaction', async () => {
  const database = await openDatabase(await freshDatabase(), () => {});
  const { rows: before } = await database.db.execute(sql`select pg_backend_pid() as pid`);
  await expect(
    database.db.transaction(async () => {
      throw new RangeError('given up');
    }),
  ).rejects.toThrow(RangeError);
  const { rows: after } = await database.db.execute(sql`select pg_backend_pid() as pid`);
  expect(after).toEqual(before);
  await database.close();
});

test('a closed database has no connections and accepts no statements', async () => {
  const url = await freshDatabase();
  const watching = await openDatabase(url, () => {});
  const connections = async (): Promise<unknown> => {
    const { rows } = await watching.reserved.query(
      'select count(*)::int as open from pg_stat_activity where datname = current_database()',
    );
    return rows;
  };
  await waitFor(async () => expect(await connections()).toEqual([{ open: 1 }]));
  const database = await openDatabase(url, () => {});
  await Promise.all([database.db.execute(sql`select 1`), database.isReady()]);
  expect(await connections()).toEqual([{ open: 3 }]);
  await database.close();
  await waitFor(async () => expect(await connections()).toEqual([{ open: 1 }]));
  await expect(database.db.execute(sql`select 1`)).rejects.toThrow();
  expect(await database.isReady()).toBe(false);
  await watching.close();
});

test('replicas that start together wait for one another, and each finds the tables', async () => {
  const url = await emptyDatabase();
  const replicas = await Promise.all(Array.from({ length: 5 }, () => openDatabase(url, () => {})));
  for (const { db } of replicas) expect((await db.execute(sql`select id from reports`)).rows).toEqual([]);
  await Promise.all(replicas.map((replica) => replica.close()));
});

test('a signal ends a start that waits for another replica to migrate the database', async () => {
  const url = await emptyDatabase();
  const migrating = new Client({ connectionString: url });
  await migrating.connect();
  const waiting = `select pid from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())`;
  const start = new AbortController();
  // The lock that `openDatabase` takes first.
  await migrating.query('select pg_advisory_lock(5223017)');
  const opening = openDatabase(url, () => {}, { stop: start.signal }).catch(isDatabaseOutage);
  await waitFor(async () => expect((await migrating.query(waiting)).rowCount).toBe(1));
  start.abort();
  expect(await opening).toBe(true);
  await migrating.end();
});

test('reports and replaces idle connections that PostgreSQL ends', async () => {
  const url = await freshDatabase();
  const errors: Error[] = [];
  const database = await openDatabase(url, (error) => errors.push(error));
  await Promise.all([database.db.execute(sql`select 1`), database.isReady()]);
  const other = await openDatabase(url, () => {});
  await other.db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  await waitFor(() => expect(errors.length).toBeGreaterThanOrEqual(2));
  await waitFor(async () => {
    expect((await database.db.execute(sql`select 1`)).rowCount).toBe(1);
    expect(await database.isReady()).toBe(true);
  });
  await Promise.all([database.close(), other.close()]);
});

test.each([
  [undefined, '4s', '1s'],
  [2_000, '4s', '2s'],
  [10_000, '10s', '10s'],
])(
  'with a deadline of %s ms PostgreSQL ends a request statement after %s, a reserved one after %s, and a transaction of a server that hangs after a minute',
  async (deadline, ofRequests, ofReserved) => {
    const database = await openDatabase(await freshDatabase(), () => {}, { deadline });
    const limit = `select current_setting('statement_timeout') as statement,
      current_setting('idle_in_transaction_session_timeout') as idle`;
    const rows = [
      await database.db.execute(sql.raw(limit)),
      await database.reserved.query(limit),
      await database.patient.execute(sql.raw(limit)),
    ].map((result) => result.rows[0]);
    expect(rows).toEqual([ofRequests, ofReserved, '1min'].map((statement) => ({ statement, idle: '1min' })));
    await database.close();
  },
);
