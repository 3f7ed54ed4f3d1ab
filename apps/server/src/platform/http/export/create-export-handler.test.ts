import { once } from 'node:events';
import express from 'express';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { serve } from '../../../testing/serve.ts';
import type { SignedIn } from '../../trpc/context.ts';
import { createExportHandler } from './create-export-handler.ts';

test('a receiver who leaves before the first part causes no error', async () => {
  const caller = { identity: { subject: 'ada', tenant: 'default' } };
  const errors: unknown[] = [];
  const [reading, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let closed: Promise<unknown> | undefined;
  async function* parts(): AsyncGenerator<string, void> {
    reading.resolve();
    await closed;
    yield 'first';
  }
  const handler = createExportHandler({
    authenticate: async () => caller as SignedIn, // oxlint-disable-line typescript/no-unsafe-type-assertion -- the others are not used
    query: z.object({}),
    admit: async () => {},
    record() {},
    file: () => ({ name: 'all.csv', contentType: 'text/csv', parts: parts() }),
  });
  const app = express().get('/', async (request, response, next) => {
    closed = once(response, 'close');
    await Promise.resolve(handler(request, response, next)).catch((error: unknown) => errors.push(error));
    ended.resolve();
  });
  await using server = await serve(app);
  const receiver = new AbortController();
  const answer = fetch(server.url, { signal: receiver.signal }).catch(() => 'aborted');
  await reading.promise;
  receiver.abort();
  expect(await answer).toBe('aborted');
  await ended.promise;
  expect(errors).toEqual([]);
});
