import { expect, test } from 'vitest';
import { compareValues } from './rego-order.ts';

test('values are ordered by type, then as Rego orders them', () => {
  const ordered = [
    null,
    false,
    true,
    -1,
    2,
    10,
    '',
    'B',
    'a',
    'ab',
    [],
    [1],
    [1, 2],
    [2],
    {},
    { a: 1 },
    { a: 1, b: 0 },
    { a: 2 },
    { b: 0 },
    new Set(),
    new Set(['a']),
    new Set(['b', 'a']),
    new Set(['b']),
  ];
  expect(ordered.toReversed().toSorted(compareValues)).toEqual(ordered);
});

test('undefined values count as absent', () => {
  expect(compareValues({ a: 1, b: undefined }, { a: 1 })).toBe(0);
});
