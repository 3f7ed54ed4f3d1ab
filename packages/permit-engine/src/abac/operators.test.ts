import { describe, expect, test } from 'vitest';
import { userset, worldOf } from '../../test/document.ts';
import { check, type Json, type JsonObject } from '../index.ts';

function holds(
  condition: JsonObject,
  attributes: JsonObject = {},
  { context = {} }: { context?: JsonObject } = {},
): boolean {
  const world = worldOf({
    types: { doc: ['read'] },
    sets: [userset('set', condition), { key: '__autogen_doc', type: 'resourceset' }],
    rules: [['set', 'doc:read', '__autogen_doc']],
    instances: {
      'org:cool': { tenant: 'default', attributes: { country: 'US', size: 12 } },
      'org:awesome': { tenant: 'default', attributes: { country: 'IN', size: 3 } },
    },
  });
  const resource = { type: 'doc', tenant: 'default' };
  return check(world, { user: { key: 'ann', attributes }, action: 'read', resource, context }).allow;
}

/** Operator, attribute, right side, and whether it holds. */
type Row = readonly [operator: string, left: Json, right: Json, holds: boolean];

const table: readonly Row[] = [
  ['equals', 'US', 'US', true],
  ['equals', 'US', 'us', false],
  ['equals', 5, 5, true],
  ['equals', 5, 5.5, false],
  ['equals', false, false, true],
  ['equals', true, false, false],
  ['equals', null, null, true],
  ['equals', [1, { a: 2 }], [1, { a: 2 }], true],
  ['equals', [1, 2], [2, 1], false],
  ['equals', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
  ['equals', { a: 1 }, { a: 1, b: 2 }, false],
  ['equals', { a: 1, b: 2 }, { a: 1 }, false],
  ['equals', [1, 2], [1, 3], false],
  ['equals', [1, 2], [1, 2, 3], false],
  ['equals', [1], { 0: 1 }, false],
  ['equals', { a: 1, b: 2 }, { a: 1, b: 3 }, false],
  ['equals', { a: 1, b: 2 }, { a: 1, c: 2 }, false],
  ['equals', {}, 5, false],
  ['equals', 5, {}, false],
  ['equals', {}, [], false],
  ['equals', { ref: 5 }, { ref: 5 }, true],
  ['equals', { ref: 'user.y', more: 5 }, { ref: 'user.y', more: 5 }, true],
  ['not-equals', 'US', 'IN', true],
  ['not-equals', 'US', 'US', false],
  ['not-equals', 5, 6, true],
  ['not-equals', true, false, true],
  ['not-equals', [1], [2], true],
  ['less-than', 4, 5, true],
  ['less-than', 5, 5, false],
  ['less-than-equals', 5, 5, true],
  ['less-than-equals', 6, 5, false],
  ['greater-than', 6, 5, true],
  ['greater-than', 5, 5, false],
  ['greater-than-equals', 5, 5, true],
  ['greater-than-equals', 4, 5, false],
  ['between', 15, [15, 18], true],
  ['between', 18, [15, 18], true],
  ['between', 14, [15, 18], false],
  ['between', 19, [15, 18], false],
  ['between', 16, [18, 15], false],
  ['contains', 'ann@acme.com', '@acme.', true],
  ['contains', 'ann@acme.com', 'zeta', false],
  ['contains', 'ann', '', true],
  ['in', 'US', ['US', 'Canada'], true],
  ['in', 'IN', ['US', 'Canada'], false],
  ['in', { a: 1 }, [{ a: 1 }], true],
  ['in', 'US', [], false],
  ['array_contains', ['a', 'b'], 'a', true],
  ['array_contains', ['a', 'b'], 'c', false],
  ['array_contains', [['a']], ['a'], true],
  ['array_contains', [], 'a', false],
  ['array_subset', ['a', 'b'], ['a', 'b', 'c'], true],
  ['array_subset', ['a', 'd'], ['a', 'b', 'c'], false],
  ['array_subset', [], ['a'], true],
  ['array_superset', ['a', 'b', 'c'], ['a', 'b'], true],
  ['array_superset', ['a', 'b', 'c'], ['a', 'd'], false],
  ['array_intersect', ['a', 'b', 'c'], ['c', 'd'], true],
  ['array_intersect', ['a', 'b'], ['c', 'd'], false],
  ['array_intersect', [], [], false],
];

/** They name an attribute on their right side. */
test.each<readonly [operator: string, left: Json, right: Json, holds: boolean]>([
  ['equals-ref', 'US', 'US', true],
  ['equals-ref', 'US', 'IN', false],
  ['not-equals-ref', 'US', 'IN', true],
  ['not-equals-ref', 'US', 'US', false],
  ['contains-ref', 'ann@acme.com', '@acme.', true],
  ['contains-ref', 'ann@acme.com', '@zeta.', false],
  ['array-contains-ref', ['a', 'b'], 'a', true],
  ['array-contains-ref', ['a', 'b'], 'c', false],
  ['in', 'US', ['US', 'Canada'], true],
  ['in', 'IN', ['US', 'Canada'], false],
])('%s: %j with a reference to %j: %s', (operator, left, right, expected) => {
  const asked = [{ 'user.left': { [operator]: 'context.right' } }, { context: { right } }] as const;
  expect(holds(asked[0], { left }, asked[1])).toBe(expected);
  expect(holds({ 'user.left': { [operator]: { ref: 'context.right' } } }, { left }, asked[1])).toBe(expected);
  expect(holds({ not: asked[0] }, { left }, asked[1])).toBe(!expected);
  expect(holds(asked[0], { left })).toBe(false);
});

test.each(['equals-ref', 'not-equals-ref', 'contains-ref', 'array-contains-ref'])(
  '%s without a path never holds, not even negated',
  (operator) => {
    for (const right of ['ann', 5, ['user.left'], null]) {
      const condition = { 'user.left': { [operator]: right } };
      expect(holds(condition, { left: 'ann' })).toBe(false);
      expect(holds({ not: condition }, { left: 'ann' })).toBe(false);
    }
  },
);

/** Values of other types. Neither these conditions nor their negations hold. */
const mismatches: readonly Row[] = [
  ['not-equals', '5', 5, false],
  ['not-equals', null, 'US', false],
  ['not-equals', ['US'], 'US', false],
  ['not-equals', { a: 1 }, ['US'], false],
  ['not-equals', null, { a: 1 }, false],
  ['less-than', '4', 5, false],
  ['less-than', null, 5, false],
  ['less-than', false, 5, false],
  ['less-than', 4, '5', false],
  ['less-than-equals', 'a', 'b', false],
  ['greater-than', '6', 5, false],
  ['greater-than', [6], 5, false],
  ['greater-than', {}, 5, false],
  ['greater-than-equals', 'b', 'a', false],
  ['greater-than-equals', true, false, false],
  ['between', '16', [15, 18], false],
  ['between', 16, 15, false],
  ['between', 16, [15], false],
  ['between', 16, [15, 18, 20], false],
  ['between', 16, ['15', '18'], false],
  ['between', 16, ['15', 18], false],
  ['between', 16, [15, '18'], false],
  ['contains', ['ann'], 'ann', false],
  ['contains', 'ann5', 5, false],
  ['contains', null, 'null', false],
  ['in', 'a', 'abc', false],
  ['in', 'US', { a: 'US' }, false],
  ['in', 'US', null, false],
  ['array_contains', 'abc', 'a', false],
  ['array_contains', { a: 'a' }, 'a', false],
  ['array_contains', null, 'a', false],
  ['array_subset', 'a', ['a'], false],
  ['array_subset', {}, ['a'], false],
  ['array_subset', ['a'], 'a', false],
  ['array_superset', ['a'], 'a', false],
  ['array_superset', 'a', [], false],
  ['array_intersect', 'a', ['a'], false],
  ['array_intersect', ['a'], 'a', false],
  ['object_match', 'US', { match: { country: { equals: 'US' } } }, false],
  ['object_match', [], { match: { country: { equals: 'US' } } }, false],
  ['any_match', { country: 'US' }, { match: { country: { equals: 'US' } } }, false],
  ['any_match', ['US'], { match: { country: { equals: 'US' } } }, false],
  ['all_match', 'US', { match: { country: { equals: 'US' } } }, false],
  ['object_match', 5, { match: { country: { equals: 'US' } }, fk_resource_type: 'org' }, false],
  ['object_match', 'cool', { match: { country: { equals: 'US' } }, fk_resource_type: 5 }, false],
  ['object_match', { country: 'US' }, { match: {} }, false],
  ['object_match', { country: 'US' }, null, false],
  ['any_match', [], { match: 'country' }, false],
];

/** They take tests instead of a reference. */
const quantifiers = new Set(['object_match', 'any_match', 'all_match']);

const matching: readonly Row[] = [
  ['object_match', { country: 'US', size: 12 }, { match: { country: { equals: 'US' } } }, true],
  [
    'object_match',
    { country: 'US', size: 12 },
    { match: { country: { equals: 'US' }, size: { equals: 1 } } },
    false,
  ],
  ['object_match', {}, { match: { country: { equals: 'US' } } }, false],
  ['any_match', [{ size: 1 }, { size: 5 }], { match: { size: { 'greater-than': 4 } } }, true],
  ['any_match', [{ size: 1 }, { size: 2 }], { match: { size: { 'greater-than': 4 } } }, false],
  ['any_match', ['odd', { size: 5 }], { match: { size: { 'greater-than': 4 } } }, true],
  ['any_match', [], { match: { size: { 'greater-than': 4 } } }, false],
  ['all_match', [{ size: 5 }, { size: 6 }], { match: { size: { 'greater-than': 4 } } }, true],
  ['all_match', [{ size: 5 }, { size: 3 }], { match: { size: { 'greater-than': 4 } } }, false],
  ['all_match', [{ size: 5 }, {}], { match: { size: { 'greater-than': 4 } } }, false],
  ['all_match', [], { match: { size: { 'greater-than': 4 } } }, false],
  ['object_match', 'cool', { match: { country: { equals: 'US' } }, fk_resource_type: 'org' }, true],
  ['object_match', 'awesome', { match: { country: { equals: 'US' } }, fk_resource_type: 'org' }, false],
  ['object_match', 'gone', { match: { country: { equals: 'US' } }, fk_resource_type: 'org' }, false],
  ['object_match', 'cool', { match: { country: { equals: 'US' } }, fk_resource_type: 'team' }, false],
  ['any_match', ['cool', 'awesome'], { match: { size: { 'less-than': 5 } }, fk_resource_type: 'org' }, true],
  ['all_match', ['cool', 'awesome'], { match: { size: { 'less-than': 5 } }, fk_resource_type: 'org' }, false],
  [
    'all_match',
    ['cool', 'awesome'],
    { match: { size: { 'greater-than': 1 } }, fk_resource_type: 'org' },
    true,
  ],
];

describe('every operator', () => {
  test.for([...table, ...matching])('%o', ([operator, left, right, expected]) => {
    const attributes = { x: left };
    expect(holds({ 'user.x': { [operator]: right } }, attributes)).toBe(expected);
    expect(holds({ not: { 'user.x': { [operator]: right } } }, attributes)).toBe(!expected);
  });
});

describe('every comparison', () => {
  test.for(table)('means the same with ref: %o', ([operator, left, right, expected]) => {
    const attributes = { x: left };
    expect(
      holds({ 'user.x': { [operator]: { ref: 'context.y' } } }, attributes, { context: { y: right } }),
    ).toBe(expected);
  });

  test.for(table)('with an attribute that is missing is false: %o', ([operator, left, right]) => {
    const attributes = { x: left };
    expect(holds({ 'user.y': { [operator]: right } }, attributes)).toBe(false);
    expect(holds({ 'user.x': { [operator]: { ref: 'context.y' } } }, attributes)).toBe(false);
    expect(holds({ 'user.y': { [operator]: { ref: 'user.y' } } }, attributes)).toBe(false);
  });

  test.for([...table, ...matching])(
    'with an attribute that is missing is no mismatch: %o',
    ([operator, left, right]) => {
      expect(holds({ not: { 'user.y': { [operator]: right } } })).toBe(true);
      expect(holds({ not: { 'user.x': { [operator]: { ref: 'context.y' } } } }, { x: left })).toBe(
        !quantifiers.has(operator),
      );
      expect(
        holds({ not: { 'user.y': { [operator]: { ref: 'context.x' } } } }, {}, { context: { x: right } }),
      ).toBe(!quantifiers.has(operator));
    },
  );
});

describe('values of the wrong type never allow', () => {
  test.for(mismatches)('%o', ([operator, left, right]) => {
    const attributes = { x: left };
    const condition = { 'user.x': { [operator]: right } };
    expect(holds(condition, attributes)).toBe(false);
    expect(holds({ not: condition }, attributes)).toBe(false);
    expect(holds({ not: { not: condition } }, attributes)).toBe(false);
    expect(holds({ anyOf: [{ not: [condition] }, condition] }, attributes)).toBe(false);
  });

  test('but do not stop another condition of the group from holding', () => {
    expect(
      holds({ anyOf: [{ 'user.x': { 'less-than': 5 } }, { 'user.x': { equals: '5' } }] }, { x: '5' }),
    ).toBe(true);
  });
});

test('equality between types is not a mismatch but false: its negation holds', () => {
  expect(holds({ 'user.x': { equals: 5 } }, { x: '5' })).toBe(false);
  expect(holds({ not: { 'user.x': { equals: 5 } } }, { x: '5' })).toBe(true);
});
