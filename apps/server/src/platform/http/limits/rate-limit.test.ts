import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Pool } from 'pg';
import { afterAll, expect, test } from 'vitest';
import { createMemoryLimit, createSharedLimit } from './rate-limit.ts';

const answer = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()));
const refusal = { code: 'RATE_LIMITED', status: 429 };

test('memory is bounded: beyond 20,000 keys the least recently used one is evicted', async () => {
  const limit = createMemoryLimit({ name: 'test', most: 1 });
  for (const key of ['first', 'seen']) await limit.take(key, answer()); // oxlint-disable-line no-await-in-loop
  for (let index = 0; index < 19_999; index++) {
    await limit.take(`other ${index}`, answer()); // oxlint-disable-line no-await-in-loop
    if (index === 10_000) await limit.take('seen', answer()).catch(() => {}); // oxlint-disable-line no-await-in-loop
  }
  await expect(limit.take('seen', answer())).rejects.toMatchObject(refusal);
  await limit.take('first', answer());
});

test('returned points do not count', async () => {
  const limit = createMemoryLimit({ name: 'test', most: 2 });
  await limit.take('ann', answer(), 2);
  await limit.giveBack('ann', 1);
  await limit.take('ann', answer());
  await expect(limit.take('ann', answer())).rejects.toMatchObject(refusal);
});

const unavailable = new Pool({ connectionString: 'postgres://127.0.0.1:9/' });
afterAll(() => unavailable.end());

test('during a PostgreSQL outage a shared limit counts in memory', async () => {
  const limit = createSharedLimit({ name: 'test', most: 2 }, unavailable);
  await limit.take('ann', answer());
  await limit.take('ann', answer());
  await expect(limit.take('ann', answer())).rejects.toMatchObject(refusal);
  await limit.take('bob', answer());
});
