import { setImmediate as turn } from 'node:timers/promises';
import { openStore } from '@latchkey/emulator-kit';
import { expect, test } from 'vitest';
import { createDecisionLog } from './decision-log.ts';

const decision = (id: number) => ({
  id: String(id),
  timestamp: new Date(id).toISOString(),
  environment_id: 'dev',
  query: { user: { key: 'ann' }, action: 'read', resource: { type: 'doc' } },
  result: { allow: true, allowing_sources: [] },
});

test('the last decisions are stored, and the log does not grow without end', async () => {
  const store = openStore();
  const log = createDecisionLog(store, 10);
  for (let id = 0; id < 95; id++) {
    log.add(decision(id));
    await turn();
  }
  log.add(decision(95));
  const latest = [95, 94, 93, 92, 91, 90, 89, 88, 87, 86];
  expect(log.list('dev').map(({ id }) => Number(id))).toEqual(latest);
  log.close();
  expect(
    createDecisionLog(store, 10)
      .list('dev')
      .map(({ id }) => Number(id)),
  ).toEqual(latest);
  expect(store.collection('decisions').size).toBe(10);
});

test('a full disk loses the log, but does not end the process', async () => {
  const full = {
    ...openStore(),
    batch: () => {
      throw new Error('database or disk is full');
    },
  };
  const log = createDecisionLog(full);
  log.add(decision(1));
  await turn();
  log.close();
  expect(log.list('other')).toEqual([]);
});
