import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeOf, planOf } from './change.ts';

test.each([
  ['update-user', { about: null, kind: 'update-user', roles: [] }],
  [
    'create-user viewer@default',
    { about: null, kind: 'create-user', roles: [{ role: 'viewer', where: 'default' }] },
  ],
  [
    'u-1: assign owner@acme#reports:q3',
    { about: 'u-1', kind: 'assign', roles: [{ role: 'owner', where: 'acme#reports:q3' }] },
  ],
  ['invented-later x', { about: null, kind: 'invented-later', roles: [{ role: 'x', where: '' }] }],
])('parses %s', (line, change) => {
  expect(changeOf(line)).toEqual(change);
});

test('a plan counts every change, and lists removals separately and first', () => {
  expect(planOf({ unassign: 2, 'create-user': 3, assign: 0, 'invented-later': 1 })).toEqual({
    total: 6,
    removals: 2,
    kinds: [
      { kind: 'unassign', count: 2, removes: true },
      { kind: 'create-user', count: 3, removes: false },
      { kind: 'invented-later', count: 1, removes: false },
    ],
  });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.nat(1_000)), (changes) => {
      const { total, removals } = planOf(changes);
      expect(total).toBe(Object.values(changes).reduce((sum, count) => sum + count, 0));
      expect(removals).toBeLessThanOrEqual(total);
    }),
  );
});
