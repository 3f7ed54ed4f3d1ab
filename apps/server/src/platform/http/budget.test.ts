import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBudget } from './budget.ts';

const [total, perOwner] = [10, 6];
const step = fc.record({
  owner: fc.constantFrom('ann', 'bob', 'cy'),
  amount: fc.nat(7),
  gives: fc.boolean(),
});

test('no owner exceeds their share, all together never exceed the total, and amounts that fit are granted', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const budget = createBudget({ total, perOwner });
      const held: { readonly owner: string; readonly amount: number }[] = [];
      const [consumed, expected]: [boolean[], boolean[]] = [[], []];
      const sum = (owner?: string): number =>
        held
          .filter((one) => owner === undefined || one.owner === owner)
          .reduce((whole, { amount }) => whole + amount, 0);
      for (const { owner, amount, gives } of steps) {
        const mine = held.findIndex((one) => one.owner === owner);
        if (gives && mine >= 0) {
          const [given] = held.splice(mine, 1);
          budget.refund(owner, given?.amount ?? 0);
        } else {
          const fits = sum() + amount <= total && sum(owner) + amount <= perOwner;
          consumed.push(budget.consume(owner, amount));
          expected.push(fits);
          if (fits) held.push({ owner, amount });
        }
      }
      expect(consumed).toEqual(expected);
    }),
  );
});
