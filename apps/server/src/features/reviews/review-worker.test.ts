import { afterEach, expect, test } from 'vitest';
import { countCalls } from '../../testing/count-calls.ts';
import { startTestServer, startUpstreams, type Client } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

/** Milliseconds by which the servers' clocks are ahead. */
let ahead = 0;
const now = () => new Date(Date.now() + ahead);
const upstreams = await startUpstreams();
const server = await startTestServer({ upstreams, now });
const { client: admin } = await server.join({ key: 'ada', email: 'ada@example.test', role: 'admin' });
await server.join({ key: 'otto', email: 'otto@example.test', role: 'admin' });
afterEach(() => upstreams.permit.faults.clear());

const create = (by: Client) =>
  by.reviews.create.mutate({
    name: 'November',
    scope: { kind: 'all' },
    reviewers: { kind: 'role', role: 'admin' },
    dueAt: new Date(now().getTime() + 86_400_000).toISOString(),
  });
const isDraft = (by: Client, id: string) =>
  waitFor(async () => expect(await by.reviews.get.query({ id })).toMatchObject({ status: 'draft', rows: 2 }));

test('an outage of Permit is shown while the population is read, and read again', async () => {
  upstreams.permit.faults.add({ method: 'GET', path: '/v2/facts/*', status: 503 });
  const { id } = await create(admin);
  await waitFor(async () =>
    expect(await admin.reviews.get.query({ id })).toMatchObject({
      status: 'preparing',
      failure: 'DIRECTORY_UNAVAILABLE',
    }),
  );
  upstreams.permit.faults.clear();
  ahead += 60_000;
  await isDraft(admin, id);
  expect(await admin.reviews.get.query({ id })).toMatchObject({ failure: null });
});

test('a server that stops while it reads the population is replaced by another', async () => {
  await using api = await countCalls(upstreams.permit.url);
  const first = await startTestServer({ upstreams, now, addresses: { permitApi: api.url } });
  const { client } = await first.join({ key: 'ada', role: 'admin' });
  const release = api.hold();
  const { id } = await create(client);
  await waitFor(() => expect([...api.held].filter((path) => path.includes('/users?'))).not.toEqual([]));
  await first.close();
  release();
  const second = await startTestServer({ upstreams, now, databaseUrl: first.databaseUrl });
  ahead += 120_000;
  await isDraft(await second.as('ada'), id);
});

test('replicas read a population once, and all show it', async () => {
  const replica = await startTestServer({ upstreams, now, databaseUrl: server.databaseUrl });
  const { id } = await create(await replica.as('ada'));
  await isDraft(admin, id);
  const { items } = await admin.reviews.rows.query({ id });
  expect(items.map(({ subject }) => subject)).toEqual(['ada', 'otto']);
});
