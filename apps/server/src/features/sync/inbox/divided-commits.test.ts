import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { groupCommits } from './group-commits.ts';

/** A PostgreSQL error for a value of the statement. */
function refusal(): DatabaseError {
  const error = new DatabaseError('invalid byte sequence', 1, 'error');
  error.code = '22021';
  return error;
}

test('a refused item rejects alone; the others get their results in successive commits', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), async (refused) => {
      let underWay = 0;
      let most = 0;
      const commit = groupCommits(async (items: readonly number[]) => {
        most = Math.max(most, ++underWay);
        await turn();
        underWay--;
        if (items.some((item) => refused[item] === true)) throw refusal();
        return items.map((item) => `${item}!`);
      });
      const outcomes = await Promise.allSettled(refused.map((_, item) => commit(item)));
      expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(refused);
      for (const [item, outcome] of outcomes.entries()) {
        if (outcome.status === 'fulfilled') expect(outcome.value).toBe(`${item}!`); // oxlint-disable-line vitest/no-conditional-expect -- only these have a result
      }
      expect(most).toBe(1);
    }),
  );
});

test('items without a result reject, and the next ones are still committed', async () => {
  let isShort = true;
  const commit = groupCommits(async (items: readonly number[]) => (isShort ? items.slice(1) : items));
  const [first, second] = await Promise.allSettled([commit(1), commit(2)]);
  expect([first?.status, second?.status]).toEqual(['fulfilled', 'rejected']);
  isShort = false;
  expect(await commit(3)).toBe(3);
});
