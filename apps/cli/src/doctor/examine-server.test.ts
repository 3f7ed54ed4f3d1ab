import { expect, test } from 'vitest';
import type { SyncStatus } from '../server/connect-server.ts';
import { examineSync } from './examine-server.ts';

const working: SyncStatus = {
  mode: 'management-api',
  state: 'running',
  paused: false,
  delayed: null,
  deliveries: { pending: 0, applied: 1, ignored: 0, failed: 0 },
  undelivered: null,
  oldestPendingAt: null,
  runs: [],
  lastReal: null,
};
const undelivered = {
  count: 24,
  since: '2026-11-24T09:00:00.000Z',
  lastAt: '2026-11-24T09:30:00.000Z',
  address: 'http://latchkey.localhost:3000/api/webhooks/logto',
};

test.each([
  ['private-address', null, 'nothing answers Logto', 'latchkey webhook listen'],
  ['unreachable', null, 'nothing answers Logto', 'DNS'],
  ['signature', 401, 'it answers 401', 'LOGTO_WEBHOOK_SIGNING_KEYS'],
  ['status', 502, 'it answers 502', 'proxy'],
] as const)('while Logto cannot deliver (%s), the check fails with a fix', (cause, status, says, fix) => {
  const lost = { ...working, undelivered: { ...undelivered, cause, status } };
  const [verdict, ...others] = examineSync(lost);
  expect(others).toEqual([]);
  expect(verdict).toMatchObject({
    state: 'failed',
    about: 'Directory sync',
    says: expect.stringContaining(`could not deliver 24 events to ${undelivered.address}`),
    fix: expect.stringContaining(fix),
  });
  expect(verdict?.says).toContain(says);
  expect(examineSync(working)).toMatchObject([{ state: 'ok' }]);
});

test('deliveries that fail are reported with the reason before they have waited for long', () => {
  const failure = { code: 'PERMIT_UNAVAILABLE', status: 503, detail: 'no' } as const;
  const failing = { ...working, delayed: { count: 4, since: undelivered.since, failure } };
  expect(examineSync(failing)).toMatchObject([
    {
      state: 'failed',
      says: '4 deliveries wait, the oldest since 2026-11-24 09:00:00Z: PERMIT_UNAVAILABLE.',
    },
  ]);
});
