import { expect, test } from 'vitest';
import { api, emulate } from './testing/with-emulator.ts';

const seed = {
  resources: [
    {
      key: 'doc',
      name: 'Doc',
      actions: { read: {} },
      attributes: { private: { type: 'bool' as const }, size: { type: 'number' as const } },
    },
    { key: 'task', name: 'Task', actions: { close: {} }, attributes: { done: { type: 'bool' as const } } },
    { key: '__user', name: 'User', actions: {}, attributes: { age: { type: 'number' as const } } },
  ],
  condition_sets: [
    { key: 'adults', name: 'Adults', conditions: { 'user.age': { 'greater-than': 17 } } },
    { key: 'docs', name: 'Docs', type: 'resourceset' as const, resource_id: 'doc' },
  ],
};

const sets = 'POST /v2/schema/.../condition_sets';
const docs = { type: 'resourceset', resource_id: 'doc' };

/** What is refused, with which of Permit's codes and what its message names. */
const refused: readonly (readonly [at: string, body: object, code: string, named: string])[] = [
  [sets, { conditions: { 'user.age': { 'is-above': 17 } } }, 'INVALID_INPUT', "'is-above'"],
  [sets, { conditions: { 'user.age': { 'less-than': '17' } } }, 'INVALID_INPUT', 'a number'],
  [
    sets,
    { ...docs, conditions: { 'resource.colour': { equals: 1 } } },
    'MISSING_RESOURCE_ATTRIBUTE',
    "'resource.colour'",
  ],
  [
    sets,
    { ...docs, conditions: { 'resource.done': { equals: true } } },
    'MISSING_RESOURCE_ATTRIBUTE',
    "'resource.done'",
  ],
  [sets, { conditions: { colour: { equals: 1 } } }, 'MISSING_RESOURCE_ATTRIBUTE', "'colour'"],
  [
    'PATCH /v2/schema/.../condition_sets/adults',
    { conditions: { 'user.age': { over: 17 } } },
    'INVALID_INPUT',
    "'over'",
  ],
  [
    'POST /v2/facts/.../set_rules',
    { user_set: 'adults', permission: 'task:close', resource_set: 'docs' },
    'INVALID_INPUT',
    "'task:close'",
  ],
  [
    'POST /v2/facts/.../users',
    { key: 'ann', attributes: { age: '5' } },
    'MISMATCH_ATTRIBUTES_TYPES',
    "'age'",
  ],
  [
    'PUT /v2/facts/.../users/ann',
    { key: 'ann', attributes: { age: [] } },
    'MISMATCH_ATTRIBUTES_TYPES',
    "'age'",
  ],
  ['PATCH /v2/facts/.../users/bob', { attributes: { age: true } }, 'MISMATCH_ATTRIBUTES_TYPES', "'age'"],
  [
    'POST /v2/facts/.../bulk/users',
    { operations: [{ key: 'ann' }, { key: 'eve', attributes: { age: {} } }] },
    'MISMATCH_ATTRIBUTES_TYPES',
    "'age'",
  ],
  [
    'POST /v2/facts/.../resource_instances',
    { key: 'd', resource: 'doc', tenant: 'default', attributes: { private: 'yes' } },
    'MISMATCH_ATTRIBUTES_TYPES',
    "'private'",
  ],
];

test.each(refused)('%s %j is refused with %s', async (...[at, body, code, named]) => {
  const emulator = await emulate({ seed: { ...seed, users: [{ key: 'bob' }] } });
  const call = api(emulator);
  const whole = at === sets ? { key: 'new', name: 'New', ...body } : body;
  const before = emulator.snapshot();
  const { status, body: error } = await call(at, whole);
  expect(status).toBe(400);
  expect(error).toMatchObject({ error_code: code, message: expect.stringContaining(named) });
  expect(emulator.snapshot()).toEqual(before);
});

test.each(refused)('%s %j is accepted without the option, as by Permit', async (...[at, body]) => {
  const call = api(await emulate({ seed: { ...seed, users: [{ key: 'bob' }] }, strict: false }));
  const whole = at === sets ? { key: 'new', name: 'New', ...body } : body;
  expect((await call(at, whole)).status).toBeLessThan(300);
});

test('what Permit can mean is accepted', async () => {
  const call = api(await emulate({ seed }));
  const conditions = {
    allOf: [
      { 'resource.private': { equals: false } },
      { 'resource.size': { 'less-than': { ref: 'user.age' } } },
    ],
  };
  expect((await call(sets, { key: 'small', name: 'Small', ...docs, conditions })).status).toBe(200);
  const undefinedAttribute = { 'user.team': { 'equals-ref': 'resource.done' } };
  expect((await call(sets, { key: 'team', name: 'Team', conditions: undefinedAttribute })).status).toBe(200);
  const rule = { user_set: 'team', permission: 'doc:read', resource_set: 'small' };
  expect((await call('POST /v2/facts/.../set_rules', rule)).status).toBe(200);
  const user = { key: 'ann', attributes: { age: null, team: 'any' } };
  expect((await call('POST /v2/facts/.../users', user)).status).toBe(200);
});
