import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { freshDatabase } from '../../../testing/fresh-database.ts';
import { openSyncQueues } from './sync-queues.ts';
import { waitFor } from '../../../testing/wait-for.ts';

test('no two workers, on any replica, have the same subject, and no job is skipped', async () => {
  const url = await freshDatabase();
  const replicas = [await openSyncQueues(url, () => {}), await openSyncQueues(url, () => {})];
  const busy = new Set<string>();
  const processed: string[] = [];
  const overlaps: string[] = [];
  for (const replica of replicas) {
    await replica.work({
      async process(jobs) {
        const subjects = jobs.map(({ subject }) => subject);
        overlaps.push(...subjects.filter((subject) => busy.has(subject)));
        for (const subject of subjects) busy.add(subject);
        await sleep(200);
        for (const subject of subjects) busy.delete(subject);
        processed.push(...subjects);
        overlaps.push(...subjects.filter((subject, index) => subjects.indexOf(subject) !== index));
        return subjects.map(() => 'done' as const);
      },
      checkStatus: async () => 'done',
      run: async () => {},
      check: async () => {},
      abandon: async () => {},
    });
  }
  const subjects = ['user:ann', 'user:bob', 'organization:acme'];
  for (const { enqueue } of [...replicas, ...replicas]) await enqueue(subjects);
  await waitFor(() => expect(processed).toHaveLength(4 * subjects.length));
  expect(overlaps).toEqual([]);
  await Promise.all(replicas.map((replica) => replica.close()));
});

test('one of the replicas makes a check, once per interval, however many request it', async () => {
  const url = await freshDatabase();
  const replicas = [await openSyncQueues(url, () => {}), await openSyncQueues(url, () => {})];
  let checks = 0;
  let underWay = 0;
  const most: number[] = [];
  for (const replica of replicas) {
    await replica.work({
      process: async () => [],
      checkStatus: async () => 'done',
      run: async () => {},
      abandon: async () => {},
      async check() {
        checks += 1;
        most.push(++underWay);
        await sleep(1_500);
        underWay -= 1;
      },
    });
  }
  // Each second is an interval, and a check takes longer than that.
  await waitFor(async () => {
    await Promise.all(
      replicas.flatMap((replica) => [replica, replica]).map((one) => one.enqueueCheck('deliveries', 1)),
    );
    expect(checks).toBeGreaterThan(2);
  }, 100);
  expect(Math.max(...most)).toBe(1);
  const seen = checks;
  await waitFor(() => expect(underWay).toBe(0));
  // pg-boss accepts no new check until the last one is recorded as completed, so this is repeated.
  await waitFor(async () => {
    for (const replica of [...replicas, ...replicas]) await replica.enqueueCheck('deliveries', 3_600);
    expect(checks).toBeGreaterThan(seen);
  }, 100);
  await waitFor(() => expect(underWay).toBe(0));
  const [client, waiting] = [new Client({ connectionString: url }), ['created', 'retry']];
  await client.connect();
  const left = await client.query(
    `select from pgboss.job where name = 'directory-checks' and state::text = any ($1)`,
    [waiting],
  );
  await client.end();
  expect(left.rowCount).toBe(0);
  await Promise.all(replicas.map((replica) => replica.close()));
});
