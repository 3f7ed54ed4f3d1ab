import { expect, test } from 'vitest';
import { checkConditions, type JsonObject, evaluateConditions } from '../index.ts';

const isKnown = (path: string) => path !== 'resource.colour' && path !== 'user.colour';
const codesOf = (conditions: JsonObject) => checkConditions(conditions, isKnown).map(({ code }) => code);

test.each<JsonObject>([
  {},
  { allOf: [] },
  { 'user.age': { 'greater-than': 5 } },
  { allOf: [{ anyOf: [{ 'user.age': { between: [1, 2] } }, { not: { 'user.key': { equals: 'ann' } } }] }] },
  { 'user.age': { or: [{ 'less-than': 5 }, { 'greater-than': { ref: 'context.limit' } }] } },
  { 'resource.owner': { 'equals-ref': 'user.key' } },
  { 'resource.owner': { in: 'user.teams' } },
  { 'resource.owner': { in: ['a'] } },
  { 'user.name': { contains: 'a' } },
  { 'resource.role': { in: 'user.roles' } },
  { 'user.roles': { array_intersect: ['admin'] } },
  { 'user.orgs': { any_match: { match: { country: { equals: 'US' } }, fk_resource_type: 'org' } } },
])('%j can hold', (conditions) => expect(codesOf(conditions)).toEqual([]));

test.each<[JsonObject, string]>([
  [{ 'user.age': { equal: 5 } }, 'invalid_condition'],
  [{ 'user.age': 5 }, 'invalid_condition'],
  [{ allOf: ['user.age'] }, 'invalid_condition'],
  [{ 'user.age': { 'less-than': '5' } }, 'invalid_condition'],
  [{ 'user.age': { 'less-than-equals': '5' } }, 'invalid_condition'],
  [{ 'user.age': { 'greater-than': '5' } }, 'invalid_condition'],
  [{ 'user.age': { 'greater-than-equals': '5' } }, 'invalid_condition'],
  [{ 'user.age': { between: [1] } }, 'invalid_condition'],
  [{ 'user.age': { between: [1, '2'] } }, 'invalid_condition'],
  [{ not: { 'user.age': { equal: 5 } } }, 'invalid_condition'],
  [{ 'user.name': { contains: 5 } }, 'invalid_condition'],
  [{ 'user.dept': { in: 5 } }, 'invalid_condition'],
  [{ 'user.dept': { in: 'eng' } }, 'unknown_attribute'],
  [{ 'user.roles': { in: ['admin'] } }, 'invalid_condition'],
  [{ 'user.tenants': { equals: 'acme' } }, 'invalid_condition'],
  [{ 'user.tags': { array_subset: 'a' } }, 'invalid_condition'],
  [{ 'user.tags': { array_superset: 'a' } }, 'invalid_condition'],
  [{ 'user.tags': { array_intersect: 'a' } }, 'invalid_condition'],
  [{ 'subject.roles': { equals: 'admin' } }, 'invalid_condition'],
  [{ 'subject.tenants': { in: ['acme'] } }, 'invalid_condition'],
  [{ 'user.tags': { or: [{ array_contains: 'a' }, { array_contain: 'b' }] } }, 'invalid_condition'],
  [{ 'user.org': { object_match: { country: 'US' } } }, 'invalid_condition'],
  [{ 'user.org': { object_match: { match: { country: { is: 'US' } } } } }, 'invalid_condition'],
  [{ 'user.org': { object_match: { match: {} } } }, 'invalid_condition'],
  [{ 'user.org': { object_match: { match: 'US' } } }, 'invalid_condition'],
  [{ 'resource.owner': { 'equals-ref': 5 } }, 'invalid_condition'],
  [{ 'resource.owner': { 'equals-ref': 'ann' } }, 'unknown_attribute'],
  [{ 'resource.owner': { equals: { ref: 'user.colour' } } }, 'unknown_attribute'],
  [{ 'resource.colour': { equals: 'red' } }, 'unknown_attribute'],
  [{ age: { equals: 5 } }, 'unknown_attribute'],
  [{ user: { equals: 5 } }, 'unknown_attribute'],
])('%j holds for no request', (conditions, code) => expect(codesOf(conditions)).toEqual([code]));

test.each<[JsonObject, readonly string[]]>([
  [{ allOf: ['user.age'] }, ['"user.age"']],
  [{ age: { equals: 5 } }, ["'age'"]],
  [{ 'user.colour': { equals: 5 } }, ["'user.colour'"]],
  [{ 'user.age': 5 }, ["'user.age'", '5']],
  [{ 'user.age': { equal: 5 } }, ["'equal'", 'equals, not-equals', 'all_match']],
  [{ 'user.age': { 'equals-ref': 5 } }, ["'equals-ref'", "'user.age'", 'path', '5']],
  [{ 'user.roles': { in: ['admin'] } }, ["'user.roles'", "'in'", 'array_contains']],
  [{ 'user.age': { 'less-than': '5' } }, ["'less-than'", "'user.age'", 'number', '"5"']],
  [{ 'user.age': { between: 5 } }, ["'between'", 'a list of two numbers', '5']],
  [{ 'user.age': { in: 5 } }, ["'in'", 'a list, or the path', '5']],
  [{ 'user.tags': { array_subset: 5 } }, ["'array_subset'", 'a list', '5']],
  [{ 'user.org': { object_match: {} } }, ["'object_match'", "'user.org'", 'match']],
  [{ 'user.org': { object_match: { match: { size: { contains: 5 } } } } }, ["'user.org.size'", 'string']],
])('%j: the reason names %j', (conditions, names) => {
  const [problem] = checkConditions(conditions, isKnown);
  for (const name of names) expect(problem?.why).toContain(name);
});

test.each([
  [60, JSON.stringify('x'.repeat(58))],
  [61, `"${'x'.repeat(56)}...`],
])('of a value with %i characters the reason shows %s', (length, shown) => {
  const [problem] = checkConditions({ 'user.age': 'x'.repeat(length - 2) }, isKnown);
  expect(problem?.why.split(' ')[0]).toBe(shown);
});

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
