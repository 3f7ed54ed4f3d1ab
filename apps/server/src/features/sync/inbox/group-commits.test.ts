import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupCommits } from './group-commits.ts';
import { waitFor } from '../../../testing/wait-for.ts';

const largest = fc.integer({ min: 1, max: 7 });
/** The items of one turn of the event loop, and whether the commit with the first of them fails. */
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
        await turn(); // oxlint-disable-line no-await-in-loop -- one wave at a time
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
  for (let index = 0; index < 10; index++) await turn(); // oxlint-disable-line no-await-in-loop -- one turn at a time
  expect(sizes).toEqual([1]);
  await commit(2);
  expect(sizes).toEqual([1, 1]);
});
