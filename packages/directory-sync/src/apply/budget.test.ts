import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowanceOf, drawLot, freshBudget, lotLifetime, slowedDown, spedUp, waitOf } from './budget.ts';

/** Milliseconds after the step before. */
const after = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60_000 }));
const draws = fc.record({ after, lots: fc.integer({ min: 1, max: 500 }) });
const refusal = fc.record({ after, closed: fc.integer({ min: 0, max: 120_000 }) });
const histories = fc.array(fc.oneof(draws, draws, refusal), { minLength: 1, maxLength: 10 });

test('a minute has no more lots, and rests of lots, than the limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 3_000 }), histories, (limit, history) => {
      const allowance = allowanceOf(limit);
      let [budget, now] = [freshBudget(allowance, 0), 0];
      const available: number[] = [];
      for (const step of history) {
        now += step.after;
        if ('closed' in step) budget = slowedDown(budget, now + step.closed);
        else {
          for (let lot = 0; lot < step.lots; lot++) {
            budget = drawLot(budget, allowance, now);
            available.push(now + waitOf(budget, allowance, now));
          }
        }
      }
      // A millisecond less: what was waited for is a fraction.
      const span = 59_999 + (allowance.lot === 1 ? 0 : lotLifetime);
      let end = 0;
      for (const [index, from] of available.entries()) {
        while (end < available.length && (available[end] ?? 0) < from + span) end++;
        expect((end - index) * allowance.lot).toBeLessThanOrEqual(limit);
      }
    }),
    { numRuns: 300 },
  );
});

test('the pace halves and recovers between a sixteenth and the configured one', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean()), (refusals) => {
      const allowance = allowanceOf(300);
      let budget = freshBudget(allowance, 0);
      for (const refused of refusals) {
        const before = budget.pace;
        budget = refused ? slowedDown(budget, 0) : spedUp(budget);
        expect(budget.pace).toBe(refused ? Math.max(1 / 16, before / 2) : Math.min(1, before * 1.1));
      }
    }),
  );
});

test('while Permit refuses calls nothing comes back', () => {
  const allowance = allowanceOf(60);
  let budget = freshBudget(allowance, 0);
  for (let call = 0; call < 12; call++) budget = drawLot(budget, allowance, 0);
  budget = drawLot(slowedDown(budget, 60_000), allowance, 60_000);
  expect(waitOf(budget, allowance, 60_000)).toBeCloseTo(2_500);
});
