import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { paceOf } from './pace.ts';

const first = { at: 0, step: 'reading', done: 100 };

test.each([
  [
    { at: 10_000, step: 'reading', done: 1_100, total: 2_100 },
    { perSecond: 100, left: 10 },
  ],
  [
    { at: 10_000, step: 'reading', done: 1_100 },
    { perSecond: 100, left: null },
  ],
  [{ at: 500, step: 'reading', done: 1_100, total: 2_100 }, null],
  [{ at: 10_000, step: 'reading', done: 100, total: 2_100 }, null],
  [{ at: 10_000, step: 'applying', done: 1_100, total: 2_100 }, null],
  [{ at: 10_000, step: 'reading', done: 109, total: 2_100 }, null],
])('%o has the pace %o', (now, pace) => {
  expect(paceOf(first, now)).toEqual(pace);
});

test('at a constant pace, the remaining time is correct and never negative', () => {
  const enough = fc.integer({ min: 10, max: 1_000_000 });
  const whole = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(
    fc.property(enough, whole, fc.integer({ min: 1_000, max: 3_600_000 }), (done, rest, milliseconds) => {
      const now = { at: milliseconds, step: 'applying', done, total: done + rest };
      const pace = paceOf({ at: 0, step: 'applying', done: 0 }, now);
      const left = pace?.left ?? 0;
      expect(left * (pace?.perSecond ?? 0)).toBeGreaterThanOrEqual(rest * 0.999_999);
      expect(paceOf({ at: 0, step: 'applying', done: 0 }, { ...now, total: done - 1 })?.left).toBe(0);
    }),
  );
});
