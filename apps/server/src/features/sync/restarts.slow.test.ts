import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliver } from '../../testing/deliver.ts';
import { freshDatabase } from '../../testing/fresh-database.ts';
import { startTestLogto, type TestLogto } from '../../testing/test-logto.ts';
import { startUpstreams, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

let logto: TestLogto;
let upstreams: Awaited<ReturnType<typeof startUpstreams>>;
let databaseUrl: string;
let server: TestServer | undefined;
beforeEach(async () => {
  [logto, upstreams, databaseUrl] = await Promise.all([startTestLogto(), startUpstreams(), freshDatabase()]);
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function restart(): Promise<TestServer> {
  await server?.close();
  server = await startTestServer({ databaseUrl, upstreams, logto: logto.management });
  return server;
}

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

  // At start-up the queue is cleaned, which deletes expired jobs, such as the marker.
  const { sync, db: again } = await restart();
  const find = `select from pgboss.job where ${marker}`;
  await waitFor(async () => expect((await again.execute(find)).rowCount).toBe(0));
  await sync.control.setPaused(false);
  await waitFor(async () =>
    expect(await sync.control.deliveries.counts()).toMatchObject({ pending: 0, applied: 1 }),
  );
});
