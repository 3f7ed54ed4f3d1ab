import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  allowanceOf,
  takeBatch,
  freshBucket,
  batchLifetime,
  slowedDown,
  spedUp,
  waitOf,
} from './token-bucket.ts';

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
      // One millisecond shorter, because waits are fractional.
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
