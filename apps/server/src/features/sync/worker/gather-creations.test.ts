import { PermitApiError } from '@latchkey/permissions/permit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bulkFrom, gatherCreations } from './gather-creations.ts';

const refused = (status: number) =>
  new PermitApiError('no', { permitStatus: status, retryable: status >= 500 });

interface World {
  readonly existing: readonly string[];
  readonly isDown: boolean;
  readonly keys: readonly string[];
  readonly concurrency: number;
}

/** Creates the users, and returns who was created or why not, and the calls. */
async function create({ existing, isDown, keys, concurrency }: World) {
  const users = new Set(existing);
  const calls: string[][] = [];
  let underWay = 0;
  let max = 0;
  const call = async (wanted: string[]): Promise<boolean> => {
    calls.push(wanted);
    await new Promise((resolve) => setImmediate(resolve));
    if (isDown) throw refused(503);
    if (wanted.some((key) => users.has(key))) throw refused(409);
    for (const key of wanted) users.add(key);
    return true;
  };
  const { inTurn, createUser } = gatherCreations(
    {
      createUser: ({ key }) => call([key]),
      createUsers: (all) => call(all.map(({ user }) => user.key)),
    },
    concurrency,
  );
  const results = await Promise.allSettled(
    keys.map((key) =>
      inTurn(async () => {
        max = Math.max(max, ++underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
        // A subject that creates no user.
        if (key.startsWith('none')) return;
        await createUser({ key, email: null, firstName: null, attributes: {} }, []);
      }),
    ),
  );
  expect(max).toBeLessThanOrEqual(concurrency);
  return {
    calls,
    results: results.map((one) => (one.status === 'rejected' ? one.reason.permitStatus : 'done')),
  };
}

const sorted = (all: string[][]): string[] => all.map((one) => one.toSorted().join()).toSorted();

test('each user is created or refused as by a single call, and many are created by one call', async () => {
  const key = fc.tuple(fc.constantFrom('new', 'none'), fc.nat(500)).map(([kind, index]) => `${kind}${index}`);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uniqueArray(key, { maxLength: 120, size: 'max' }),
        fc
          .integer({ min: 29, max: 33 })
          .map((count) => Array.from({ length: count }, (_, one) => `new${one}`)),
      ),
      fc.array(
        fc.nat(500).map((index) => `new${index}`),
        { maxLength: 3 },
      ),
      fc.integer({ min: 1, max: 20 }),
      fc.boolean(),
      async (keys, existing, concurrency, isDown) => {
        const { calls, results } = await create({ existing, isDown, keys, concurrency });
        expect(results).toEqual(
          keys.map((one) => {
            if (one.startsWith('none')) return 'done';
            return isDown ? 503 : existing.includes(one) ? 409 : 'done';
          }),
        );
        const creating = keys.filter((one) => one.startsWith('new'));
        const isBulk = creating.length >= bulkFrom;
        const isRefused = !isDown && creating.some((one) => existing.includes(one));
        const singles = creating.map((one) => [one]);
        const bulk = isBulk ? [creating] : [];
        const expected = [...bulk, ...(isBulk && !isRefused ? [] : singles)];
        expect(sorted(calls)).toEqual(sorted(expected));
      },
    ),
    { numRuns: 60 },
  );
});
