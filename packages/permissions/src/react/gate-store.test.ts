import { expect, test } from 'vitest';
import { GateStore } from './gate-store.ts';

test('a question that waits while the answers are invalidated is answered all the same', async () => {
  const store = new GateStore(async (questions) => questions.map(() => ({ state: 'allowed' }) as const));
  const first = store.load({ path: 'reports.list' });
  store.invalidate();
  await first;
  expect(store.answer('reports.list undefined')).toEqual({ state: 'allowed' });
});
