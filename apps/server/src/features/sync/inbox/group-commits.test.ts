import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { groupCommits } from './group-commits.ts';
import { waitFor } from '../../../testing/wait-for.ts';

const largest = fc.integer({ min: 1, max: 7 });
/** Items by turn of the event loop. `true` means that a commit that starts with the item fails. */
const bursts = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), {
  minLength: 1,
  maxLength: 8,
});

test('each call gets the result of its own item; commits are sequential and bounded in size', async () => {
  await fc.assert(
    fc.asyncProperty(largest, bursts, async (size, waves) => {
      const groups: string[][] = [];
      let underWay = 0;
      let most = 0;
      const commit = groupCommits(async (items: readonly { name: string; fails: boolean }[]) => {
        groups.push(items.map(({ name }) => name));
        most = Math.max(most, ++underWay);
        await turn();
        underWay--;
        if (items.some(({ fails }) => fails)) throw new Error('refused');
        return items.map(({ name }) => `${name}!`);
      }, size);
      const outcomes: Promise<{ name: string; outcome: string }>[] = [];
      for (const [wave, fates] of waves.entries()) {
        for (const [index, fails] of fates.entries()) {
          const name = `${wave}.${index}`;
          const heard = commit({ name, fails }).catch((error: Error) => error.message);
          outcomes.push(heard.then((outcome) => ({ name, outcome })));
        }
        await turn();
      }
      const all = await Promise.all(outcomes);
      const fails = new Set(
        waves.flatMap((fates, wave) => fates.flatMap((fail, index) => (fail ? [`${wave}.${index}`] : []))),
      );
      for (const { name, outcome } of all) {
        const mates = groups.find((group) => group.includes(name)) ?? [];
        expect(outcome).toBe(mates.some((mate) => fails.has(mate)) ? 'refused' : `${name}!`);
      }
      expect(groups.flat().toSorted()).toEqual(all.map(({ name }) => name).toSorted());
      expect(Math.max(...groups.map((group) => group.length))).toBeLessThanOrEqual(size);
      expect(most).toBe(1);
    }),
  );
});

test('items that arrive together are committed together; those that arrive during a commit share the next one', async () => {
  const sizes: number[] = [];
  const gate = Promise.withResolvers<void>();
  const commit = groupCommits(async (items: readonly number[]) => {
    sizes.push(items.length);
    await gate.promise;
    return items;
  });
  const first = [1, 2, 3].map(commit);
  await waitFor(() => expect(sizes).toEqual([3]));
  const second = [4, 5, 6, 7].map(commit);
  gate.resolve();
  await Promise.all([...first, ...second]);
  expect(sizes).toEqual([3, 4]);
});

test('commits nothing without items', async () => {
  const sizes: number[] = [];
  const commit = groupCommits(async (items: readonly number[]) => {
    sizes.push(items.length);
    return items;
  });
  await commit(1);
  for (let index = 0; index < 10; index++) await turn();
  expect(sizes).toEqual([1]);
  await commit(2);
  expect(sizes).toEqual([1, 1]);
});

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
