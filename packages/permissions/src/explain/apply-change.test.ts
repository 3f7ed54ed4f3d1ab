import { expect, test } from 'vitest';
import { examplePolicy as policy } from '../testing/fixtures/example.ts';
import { applyChange } from './apply-change.ts';
import type { Change } from './explanation.ts';
import type { Situation } from './situation.ts';

const check = { subject: 'ann', tenant: 'acme', permission: 'reports:edit', instance: '1' };
const nothing: Situation = { policy, facts: {}, check };
const much: Situation = {
  policy,
  facts: {
    users: {
      ann: { roles: { acme: ['viewer'] }, instanceRoles: { 'reports:1': ['reader'] }, attributes: { a: 1 } },
      bob: {},
    },
    instances: {
      'reports:1': { tenant: 'beta', relations: { parent: 'collections:a' }, attributes: { a: 1 } },
      'reports:2': { tenant: 'acme' },
    },
    tenants: { acme: { attributes: { a: 1 } }, beta: {} },
  },
  check: { ...check, attributes: { a: 1 }, context: { a: 1 } },
};
const attribute = { kind: 'attribute', attribute: 'b', value: 2 } as const;

test.each<[Change, Partial<Situation>, Partial<Situation>]>([
  [
    { kind: 'tenant-role', user: 'ann', role: 'editor', tenant: 'acme' },
    { facts: { users: { ann: { roles: { acme: ['editor'] } } } } },
    { facts: { users: { ann: { roles: { acme: ['viewer', 'editor'] } } } } },
  ],
  [
    { kind: 'instance-role', user: 'ann', role: 'editor', object: 'reports:1' },
    { facts: { users: { ann: { instanceRoles: { 'reports:1': ['editor'] } } } } },
    { facts: { users: { ann: { instanceRoles: { 'reports:1': ['reader', 'editor'] } } } } },
  ],
  [
    { kind: 'relation', subject: 'collections:b', relation: 'parent', object: 'reports:1' },
    { facts: { instances: { 'reports:1': { tenant: 'acme', relations: { parent: ['collections:b'] } } } } },
    {
      facts: {
        instances: {
          'reports:1': { tenant: 'beta', relations: { parent: ['collections:a', 'collections:b'] } },
        },
      },
    },
  ],
  [
    { ...attribute, of: 'user', key: 'ann' },
    { facts: { users: { ann: { attributes: { b: 2 } } } } },
    { facts: { users: { ann: { attributes: { a: 1, b: 2 } } } } },
  ],
  [
    { ...attribute, of: 'resource', key: 'reports:1' },
    { facts: { instances: { 'reports:1': { tenant: 'acme', attributes: { b: 2 } } } } },
    { facts: { instances: { 'reports:1': { tenant: 'beta', attributes: { a: 1, b: 2 } } } } },
  ],
  [
    { ...attribute, of: 'tenant', key: 'acme' },
    { facts: { tenants: { acme: { attributes: { b: 2 } } } } },
    { facts: { tenants: { acme: { attributes: { a: 1, b: 2 } } } } },
  ],
  [
    { ...attribute, of: 'resource', key: undefined },
    { check: { ...check, attributes: { b: 2 } } },
    { check: { ...check, attributes: { a: 1, b: 2 } } },
  ],
  [
    { ...attribute, of: 'context', key: undefined },
    { check: { ...check, context: { b: 2 } } },
    { check: { ...check, context: { a: 1, b: 2 } } },
  ],
])('%j adds one fact, changes nothing else, and does not mutate its input', (change, ofNothing, ofMuch) => {
  const before = structuredClone(much);
  expect(applyChange(nothing, change)).toEqual({ ...nothing, ...ofNothing });
  expect(applyChange(much, change)).toEqual(merged(before, ofMuch));
  expect(much).toEqual(before);
});

/** Deeply, except arrays. */
function merged<T>(one: T, other: unknown): T;
function merged(one: unknown, other: unknown): unknown {
  if (!isObject(one) || !isObject(other)) return other;
  return {
    ...one,
    ...Object.fromEntries(Object.entries(other).map(([key, value]) => [key, merged(one[key], value)])),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
