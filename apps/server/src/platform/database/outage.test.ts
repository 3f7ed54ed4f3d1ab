import { setImmediate as turn } from 'node:timers/promises';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import * as fc from 'fast-check';
import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { isDatabaseOutage, isDataException, isOutage, rootCause, divideBatch } from './outage.ts';

function databaseError(code: string | undefined): DatabaseError {
  const error = new DatabaseError('no', 1, 'error');
  error.code = code;
  return error;
}
const wrapped = (cause: Error): Error => new DrizzleQueryError('select', [], new Error('again', { cause }));
const network = (code: unknown): Error => Object.assign(new Error('no'), { code });

test.each([
  ['08006', true],
  ['25006', true],
  ['25P02', false],
  ['25P03', true],
  ['40001', true],
  ['40P01', true],
  ['53100', true],
  ['53300', true],
  ['55P03', true],
  ['57014', true],
  ['57P01', true],
  ['58030', true],
  ['XX000', true],
  ['22021', false],
  ['23505', false],
  ['42P01', false],
  [undefined, false],
])('PostgreSQL error %s is an outage: %s', (code, expected) => {
  for (const error of [databaseError(code), wrapped(databaseError(code))]) {
    expect([isOutage(error), isDatabaseOutage(error)]).toEqual([expected, expected]);
  }
});

test.each([
  ['22021', true],
  ['22P05', true],
  ['23505', false],
  ['57014', false],
  [undefined, false],
])('PostgreSQL error %s is a refused value: %s', (code, expected) => {
  expect(isDataException(wrapped(databaseError(code)))).toBe(expected);
});

test.each([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])('the network error %s is an outage', (code) => {
  expect([isOutage(network(code)), isDatabaseOutage(network(code))]).toEqual([true, true]);
});

test.each([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Query read timeout',
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Cannot use a pool after calling end on the pool',
])('the driver error %j is an outage', (message) => {
  expect(isDatabaseOutage(new Error(message))).toBe(true);
});

test('an error that is not known to come from the database is not an outage, unless a query failed with it', () => {
  for (const error of [new TypeError('no'), network('ENOENT'), network(5), 'Query read timeout', undefined]) {
    expect(isDatabaseOutage(error)).toBe(false);
    expect(isDataException(error)).toBe(false);
  }
  expect(isDatabaseOutage(wrapped(new TypeError('no')))).toBe(true);
  // No value was refused, so the batch is not divided.
  expect(isOutage(new TypeError('no'))).toBe(true);
});

test('the root cause is the innermost error', () => {
  const root = new Error('root');
  expect(rootCause(wrapped(root))).toBe(root);
  expect(rootCause(root)).toBe(root);
  expect(rootCause('text')).toBe('text');
});

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
