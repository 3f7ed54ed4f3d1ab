import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { divideBatch } from './divide-batch.ts';

function databaseError(code: string): DatabaseError {
  const error = new DatabaseError('no', 1, 'error');
  error.code = code;
  return error;
}

test('writes each good item once, passes each bad item to the handler, and finishes the batch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 12 }), async (isBad) => {
      const [written, handedOver]: [number[], number[]] = [[], []];
      let underWay = 0;
      let most = 0;
      const slowly = async (finish: () => void): Promise<void> => {
        most = Math.max(most, ++underWay);
        await turn();
        underWay--;
        finish();
      };
      await divideBatch(
        isBad.map((_, item) => item),
        (items) =>
          slowly(() => {
            if (items.some((item) => isBad[item])) throw databaseError('22021');
            written.push(...items);
          }),
        (item) => slowly(() => handedOver.push(item)),
      );
      expect(written).toEqual([...isBad.keys()].filter((item) => isBad[item] === false));
      expect(handedOver).toEqual([...isBad.keys()].filter((item) => isBad[item] === true));
      expect(most).toBe(isBad.length === 0 ? 0 : 1);
    }),
  );
});

test('an outage does not divide the batch, and ends it', async () => {
  const outage = databaseError('57P01');
  const calls: number[][] = [];
  const run = async (items: readonly number[]): Promise<void> => {
    calls.push([...items]);
    throw outage;
  };
  await expect(divideBatch([1, 2, 3], run, () => Promise.reject(new TypeError()))).rejects.toBe(outage);
  expect(calls).toEqual([[1, 2, 3]]);
});

test('throws when the handler of a bad item fails', async () => {
  const failed = new TypeError('no');
  await expect(
    divideBatch(
      [1, 2],
      () => Promise.reject(databaseError('22021')),
      () => Promise.reject(failed),
    ),
  ).rejects.toBe(failed);
});
