import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRateLimiter } from './rate-limiter.ts';
import {
  cautiousLimits,
  noLimits,
  allowanceOf,
  takeBatch,
  freshBucket,
  batchLifetime,
  slowedDown,
  spedUp,
  waitOf,
} from './token-bucket.ts';

/** Advances only while a caller sleeps. */
function makeClock() {
  let time = 0;
  return {
    now: () => time,
    sleep: async (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

test('no minute has more calls than the limit, regardless of the number and timing of callers', async () => {
  const pause = fc.oneof(
    { weight: 9, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 5, max: 6_000 }),
      fc.array(pause, { minLength: 1, maxLength: 3_000, size: 'max' }),
      async (limit, pauses) => {
        const clock = makeClock();
        const limiter = createRateLimiter({ ...noLimits, write: limit }, { clock });
        const made: number[] = [];
        for (const milliseconds of pauses) {
          await clock.sleep(milliseconds);
          await limiter.take('write');
          made.push(clock.now());
        }
        const busiest = made.map((from, index) => {
          const end = made.findIndex((at) => at >= from + 60_000);
          return (end === -1 ? made.length : end) - index;
        });
        expect(Math.max(...busiest)).toBeLessThanOrEqual(limit);
      },
    ),
    { numRuns: 40 },
  );
});

test('after a 429, makes no call until the time that Permit gave, and then fewer calls', async () => {
  const clock = makeClock();
  const limiter = createRateLimiter({ ...noLimits, write: 300 }, { clock });
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

test('also waits for a 429 that precedes the first call of its kind', async () => {
  const clock = makeClock();
  const limiter = createRateLimiter({ ...noLimits, write: 300 }, { clock });
  limiter.slowDown('write', 30_000);
  await limiter.take('write');
  expect(clock.now()).toBeGreaterThanOrEqual(30_000);
});

test.each([3_000, 6_000, Infinity])(
  'at %d calls a minute, callers already waiting for their batch also wait for the retry time',
  async (write) => {
    const clock = makeClock();
    const limiter = createRateLimiter({ ...noLimits, write }, { clock });
    await limiter.take('write');
    limiter.slowDown('write', 30_000);
    await Promise.all([limiter.take('write'), limiter.take('write')]);
    expect(clock.now()).toBeGreaterThanOrEqual(30_000);
  },
);

test('a 429 also delays calls that are already waiting', async () => {
  const steps: (() => void)[] = [];
  let time = 0;
  const limiter = createRateLimiter(
    { ...noLimits, delete: 1 },
    {
      clock: {
        now: () => time,
        sleep: (milliseconds) =>
          new Promise<void>((resolve) => {
            steps.push(() => {
              time += milliseconds;
              resolve();
            });
          }),
      },
    },
  );
  await limiter.take('delete');
  const second = limiter.take('delete').then(() => time);
  await expect.poll(() => steps.length).toBe(1);
  limiter.slowDown('delete', 300_000);
  steps.shift()?.();
  await expect.poll(() => steps.length).toBe(1);
  steps.shift()?.();
  expect(await second).toBe(300_000);
});

test('takes from the buckets once per batch and again after the batch expires, and never for a kind without a limit', async () => {
  const clock = makeClock();
  let takes = 0;
  const buckets = {
    take: async () => {
      takes += 1;
      return 0;
    },
    closedFor: async () => 0,
    slowDown: () => {},
    speedUp: () => {},
  };
  const limiter = createRateLimiter({ ...noLimits, write: 6_000 }, { buckets, clock });
  for (let call = 0; call < 17; call++) await limiter.take('write');
  expect(takes).toBe(3);
  await clock.sleep(5_000);
  await limiter.take('write');
  expect(takes).toBe(4);
  await limiter.take('read');
  expect(takes).toBe(4);
});

test('calls fail while the token buckets are unavailable, and succeed afterwards', async () => {
  let isDown = true;
  const buckets = {
    take: async () => {
      if (isDown) throw new Error('The database does not answer.');
      return 0;
    },
    closedFor: async () => 0,
    slowDown: () => {},
    speedUp: () => {},
  };
  const limiter = createRateLimiter(cautiousLimits, { buckets });
  await expect(limiter.take('write', AbortSignal.abort())).rejects.toThrow('aborted');
  const calls = await Promise.allSettled([limiter.take('write'), limiter.take('write')]);
  expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  await limiter.take('write');
});

test('kinds have separate limits, and an aborted signal ends the wait', async () => {
  const limiter = createRateLimiter({ ...noLimits, delete: 1 });
  await limiter.take('write');
  await limiter.take('delete');
  await expect(limiter.take('delete', AbortSignal.timeout(5))).rejects.toThrow();
});

/** Milliseconds since the previous step. */
const after = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60_000 }));
const takes = fc.record({ after, batches: fc.integer({ min: 1, max: 500 }) });
const refusal = fc.record({ after, closed: fc.integer({ min: 0, max: 120_000 }) });
const histories = fc.array(fc.oneof(takes, takes, refusal), { minLength: 1, maxLength: 10 });

test('no minute has more calls than the limit, including the unused remainder of batches', () => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 3_000 }), histories, (limit, history) => {
      const allowance = allowanceOf(limit);
      let [bucket, now] = [freshBucket(allowance, 0), 0];
      const available: number[] = [];
      for (const step of history) {
        now += step.after;
        if ('closed' in step) bucket = slowedDown(bucket, now + step.closed);
        else {
          for (let batch = 0; batch < step.batches; batch++) {
            bucket = takeBatch(bucket, allowance, now);
            available.push(now + waitOf(bucket, allowance, now));
          }
        }
      }
      // Waits are fractional.
      const span = 59_999 + (allowance.batch === 1 ? 0 : batchLifetime);
      let end = 0;
      for (const [index, from] of available.entries()) {
        while (end < available.length && (available[end] ?? 0) < from + span) end++;
        expect((end - index) * allowance.batch).toBeLessThanOrEqual(limit);
      }
    }),
    { numRuns: 300 },
  );
});

test('a full bucket holds a fifth of the limit, less the possible remainder of batches', () => {
  const allowance = allowanceOf(3_000);
  let bucket = freshBucket(allowance, 0);
  let calls = 0;
  while (waitOf(bucket, allowance, 0) === 0) {
    bucket = takeBatch(bucket, allowance, 0);
    calls += allowance.batch;
  }
  expect(calls - allowance.batch).toBe(400);
  expect(allowanceOf(60).capacity).toBe(12);
});

test('the pace halves and recovers, between a sixteenth of the configured pace and the full pace', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean()), (refusals) => {
      const allowance = allowanceOf(300);
      let bucket = freshBucket(allowance, 0);
      for (const refused of refusals) {
        const before = bucket.pace;
        bucket = refused ? slowedDown(bucket, 0) : spedUp(bucket);
        expect(bucket.pace).toBe(refused ? Math.max(1 / 16, before / 2) : Math.min(1, before * 1.1));
      }
    }),
  );
});

test('does not refill while Permit answers 429', () => {
  const allowance = allowanceOf(60);
  let bucket = freshBucket(allowance, 0);
  for (let call = 0; call < 12; call++) bucket = takeBatch(bucket, allowance, 0);
  bucket = takeBatch(slowedDown(bucket, 60_000), allowance, 60_000);
  expect(waitOf(bucket, allowance, 60_000)).toBeCloseTo(2_500);
});
