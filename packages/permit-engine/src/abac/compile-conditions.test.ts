import { expect, test } from 'vitest';
import { evaluateConditions } from '../index.ts';

const attributes = {
  user: { dept: 'law', roles: new Set(['viewer']), tenants: new Set<string>() },
  resource: { type: 'doc' },
  tenant: {},
  context: { mfa: true },
};

test.each([
  [true, { 'user.dept': { equals: 'law' } }],
  [false, { 'user.dept': { equals: 'tax' } }],
  [false, { 'tenant.plan': { equals: 'pro' } }],
  ['mismatch', { 'user.dept': { 'less-than': 5 } }],
  ['mismatch', { not: { 'user.dept': { 'less-than': 5 } } }],
  [true, { allOf: [{ 'user.roles': { array_contains: 'viewer' } }, { 'context.mfa': { equals: true } }] }],
  [
    false,
    { 'user.dept': { object_match: { match: { head: { equals: 'ann' } }, fk_resource_type: 'dept' } } },
  ],
])('is %s: %j', (verdict, conditions) => {
  expect(evaluateConditions(conditions, attributes)).toBe(verdict);
});
