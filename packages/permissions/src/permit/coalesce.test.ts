import { expect, test } from 'vitest';
import { coalesce } from './coalesce.ts';

test('a question without an answer rejects, and the answered ones resolve', async () => {
  const ask = coalesce<number, string>(async ([first]) => [`answer to ${first}`], 10);
  const outcomes = await Promise.allSettled([ask(1), ask(2), ask(3)]);
  expect(outcomes).toMatchObject([
    { status: 'fulfilled', value: 'answer to 1' },
    { status: 'rejected' },
    { status: 'rejected' },
  ]);
});

test('a failed call rejects its own questions only', async () => {
  const ask = coalesce<number, number>(async (questions) => {
    if (questions.includes(1)) throw new RangeError('one');
    return questions;
  }, 1);
  expect(await Promise.allSettled([ask(1), ask(2)])).toMatchObject([
    { status: 'rejected', reason: new RangeError('one') },
    { status: 'fulfilled', value: 2 },
  ]);
});
