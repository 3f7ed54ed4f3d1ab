import { startNeighbours, startTestServer, type TestServer } from '../src/testing/test-server.ts';
import { openBenchDatabase } from './open-bench-database.ts';

/**
 * `node bench/rate-limits.ts [calls]`: what counting costs a call. Two servers in this process over one database, one with the limits of an
 * installation, one without any, are asked in turns; prints the medians in milliseconds, and their ratio.
 */
const [rounds = 1_000] = process.argv.slice(2).map(Number);
await using stack = new AsyncDisposableStack();
const neighbours = stack.use(await startNeighbours());
const { url: databaseUrl } = stack.use(await openBenchDatabase());
const off = stack.use(await startTestServer({ neighbours, databaseUrl }));
const on = stack.use(
  await startTestServer({
    neighbours,
    databaseUrl,
    rateLimits: { strangers: 1e6, calls: 1e6, changes: 1e6, exports: 1e6, deliveries: 1e6 },
  }),
);
await off.directory.provisionUser({ key: 'editor' }, { role: 'editor', tenant: 'default' });

type Client = Awaited<ReturnType<TestServer['as']>>;
const clients = [await off.as('editor'), await on.as('editor')] as const;
const { id } = await clients[0].reports.create.mutate({ title: 'Limits', kind: 'access-review' });
const calls: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  read: (client) => client.reports.list.query({}),
  change: (client) => client.reports.rename.mutate({ id, title: 'Limits' }),
};

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
/* oxlint-disable no-await-in-loop -- one after the other */
for (const [name, call] of Object.entries(calls)) {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds + 100; round++)
    // Neither is always the first one.
    for (const index of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const began = performance.now();
      await call(clients[index]);
      if (round >= 100) times[index].push(performance.now() - began);
    }
  const [without, counted] = times.map(median);
  console.log({ name, without, counted, ratio: Number(counted) / Number(without) });
}
/* oxlint-enable no-await-in-loop */
