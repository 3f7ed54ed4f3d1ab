import { expect, test, vi } from 'vitest';
import { startFaultProxy } from '../../testing/fault-proxy.ts';
import { freshDatabase } from '../../testing/fresh-database.ts';
import { openBus } from './open-bus.ts';
import { waitFor } from '../../testing/wait-for.ts';

/** The requested pauses in milliseconds. Each pause ends immediately. */
const pauses: number[] = [];
vi.mock('node:timers/promises', async (load) => {
  const timers = await load<typeof import('node:timers/promises')>();
  return {
    ...timers,
    setTimeout: (milliseconds: number, value: unknown, options: { readonly signal: AbortSignal }) => {
      pauses.push(milliseconds);
      return timers.setImmediate(value, options);
    },
  };
});

test('pauses between attempts grow from 50 ms to at most one second, half of each random', async () => {
  const url = await freshDatabase();
  const proxy = await startFaultProxy(url);
  const bus = await openBus({ url: proxy.through(url), onError() {} });
  await proxy.set('refused');
  await waitFor(() => expect(pauses.length).toBeGreaterThan(9));
  await bus.close();
  await proxy.close();
  for (const [index, pause] of pauses.slice(0, 10).entries()) {
    const longest = Math.min(1_000, 50 * 2 ** index);
    expect(pause).toBeGreaterThanOrEqual(longest / 2);
    expect(pause).toBeLessThanOrEqual(longest);
  }
  const ofOneLength = pauses.slice(6, 10).map(Math.round);
  expect(new Set(ofOneLength).size).toBeGreaterThan(1);
});
