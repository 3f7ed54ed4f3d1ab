import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRateLimiter, noLimits } from './rate-limiter.ts';

/** Time that only moves when somebody waits. */
function makeClock() {
  let time = 0;
  return {
    now: () => time,
    sleep: async (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

test('no minute sees more calls than its limit, however many are wanted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 1, max: 400 }),
      async (limit, calls) => {
        const clock = makeClock();
        const limiter = createRateLimiter({ ...noLimits, write: limit }, clock);
        const made: number[] = [];
        for (let call = 0; call < calls; call++) {
          await limiter.take('write');
          made.push(clock.now());
        }
        for (const [index, at] of made.entries()) {
          const inTheMinute = made.slice(0, index + 1).filter((other) => other > at - 60_000).length;
          expect(inTheMinute).toBeLessThanOrEqual(limit + 1);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('after a 429 nothing is sent until the time that Permit named, and then more slowly', async () => {
  const clock = makeClock();
  const limiter = createRateLimiter({ ...noLimits, write: 300 }, clock);
  await limiter.take('write');
  limiter.slowDown('write', 30_000);
  await limiter.take('write');
  expect(clock.now()).toBeGreaterThanOrEqual(30_000);
  const paced = async (calls: number): Promise<number> => {
    const start = clock.now();
    for (let call = 0; call < calls; call++) await limiter.take('write');
    return clock.now() - start;
  };
  await paced(100);
  const slow = await paced(100);
  for (let call = 0; call < 20; call++) limiter.speedUp('write');
  expect(await paced(100)).toBeLessThan(slow * 0.6);
});

test('kinds are counted apart, and whoever waits can be called off', async () => {
  const limiter = createRateLimiter({ ...noLimits, delete: 1 });
  await limiter.take('write');
  await limiter.take('delete');
  await expect(limiter.take('delete', AbortSignal.timeout(5))).rejects.toThrow();
});
