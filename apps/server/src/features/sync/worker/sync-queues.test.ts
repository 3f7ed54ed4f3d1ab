import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { freshDatabase } from '../../../testing/fresh-database.ts';
import { openSyncQueues } from './sync-queues.ts';

test('no two workers, on any replica, have the same subject, and no job is left out', async () => {
  const url = await freshDatabase();
  const replicas = [await openSyncQueues(url, () => {}), await openSyncQueues(url, () => {})];
  const busy = new Set<string>();
  const processed: string[] = [];
  const overlaps: string[] = [];
  for (const replica of replicas) {
    // oxlint-disable-next-line no-await-in-loop -- two
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
      checkStatus: async () => {},
      run: async () => {},
      abandon: async () => {},
    });
  }
  const subjects = ['user:ann', 'user:bob', 'organization:acme'];
  for (const { enqueue } of [...replicas, ...replicas]) await enqueue(subjects); // oxlint-disable-line no-await-in-loop -- one after the other
  await vi.waitFor(() => expect(processed).toHaveLength(4 * subjects.length), {
    timeout: 30_000,
    interval: 50,
  });
  expect(overlaps).toEqual([]);
  await Promise.all(replicas.map((replica) => replica.close()));
}, 60_000);
