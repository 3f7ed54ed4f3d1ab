import express from 'express';
import { expect, test } from 'vitest';
import { serve } from '../testing/serve.ts';
import { health } from './health.ts';

test.each([
  [true, true, 200, 'ok', 'ok', 'ok'],
  [true, false, 503, 'unavailable', 'ok', 'unavailable'],
  [false, true, 503, 'unavailable', 'unavailable', 'ok'],
] as const)('with a database %s and a PDP %s: %i', async (...row) => {
  const [hasDatabase, hasPdp, ready, status, database, pdp] = row;
  await using server = await serve(
    express().use(health({ database: async () => hasDatabase, pdp: async () => hasPdp })),
  );
  const [live, readiness] = await Promise.all([
    fetch(`${server.url}/healthz`),
    fetch(`${server.url}/readyz`),
  ]);
  expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
  expect([readiness.status, await readiness.json()]).toEqual([
    ready,
    { status, components: { database, pdp } },
  ]);
});
