import { expect, test } from 'vitest';
import { api, emulate } from './testing/with-emulator.ts';

interface Case {
  readonly at: string;
  readonly body?: unknown;
  readonly problem: { readonly loc: readonly unknown[]; readonly type: string };
}

const users = 'POST /v2/facts/.../users';

test.each<Case>([
  { at: users, body: {}, problem: { loc: ['body', 'key'], type: 'value_error.missing' } },
  { at: users, body: { key: null }, problem: { loc: ['body', 'key'], type: 'type_error.none.not_allowed' } },
  { at: users, body: { key: 5 }, problem: { loc: ['body', 'key'], type: 'type_error.str' } },
  { at: users, body: { key: 'a b' }, problem: { loc: ['body', 'key'], type: 'value_error.str.regex' } },
  { at: users, body: { key: 'a', nick: 'b' }, problem: { loc: ['body', 'nick'], type: 'value_error.extra' } },
  {
    at: users,
    body: { key: 'a', email: 'x' },
    problem: { loc: ['body', 'email'], type: 'value_error.email' },
  },
  {
    at: users,
    body: { key: 'a', attributes: [] },
    problem: { loc: ['body', 'attributes'], type: 'type_error.dict' },
  },
  { at: users, body: undefined, problem: { loc: ['body'], type: 'value_error.missing' } },
  {
    at: users,
    body: { key: 'a', role_assignments: [{ tenant: 'default' }] },
    problem: { loc: ['body', 'role_assignments', 0, 'role'], type: 'value_error.missing' },
  },
  {
    at: 'POST /v2/facts/.../tenants',
    body: { key: 'a|b', name: 'A' },
    problem: { loc: ['body', 'key'], type: 'value_error.str.regex' },
  },
  {
    at: 'POST /v2/schema/.../resources',
    body: { key: 'doc', name: 'Doc', actions: {}, attributes: { a: { type: 'text' } } },
    problem: { loc: ['body', 'attributes', 'a', 'type'], type: 'type_error.enum' },
  },
  {
    at: 'POST /v2/schema/.../resources',
    body: { key: 'doc', name: 'Doc', actions: { 'a b': {} } },
    problem: { loc: ['body', 'actions', 'a b'], type: 'value_error.str.regex' },
  },
  {
    at: 'POST /v2/facts/.../role_assignments/bulk',
    body: { user: 'u' },
    problem: { loc: ['body'], type: 'type_error.list' },
  },
  {
    at: 'DELETE /v2/facts/.../bulk/users',
    body: { idents: Array.from({ length: 3001 }, () => 'u') },
    problem: { loc: ['body', 'idents'], type: 'value_error.list.max_items' },
  },
  {
    at: 'GET /v2/facts/.../users?page=0',
    problem: { loc: ['query', 'page'], type: 'value_error.number.not_ge' },
  },
  {
    at: 'GET /v2/facts/.../users?per_page=101',
    problem: { loc: ['query', 'per_page'], type: 'value_error.number.not_le' },
  },
  { at: 'GET /v2/facts/.../users?page=two', problem: { loc: ['query', 'page'], type: 'type_error.integer' } },
  {
    at: 'GET /v2/facts/.../tenants?include_total_count=maybe',
    problem: { loc: ['query', 'include_total_count'], type: 'type_error.bool' },
  },
  {
    at: 'POST /v2/facts/.../role_assignments/bulk?missing_user_policy=panic',
    body: [],
    problem: { loc: ['query', 'missing_user_policy'], type: 'type_error.enum' },
  },
])('$at refuses an invalid request: $problem.type', async ({ at, body, problem }) => {
  const call = api(await emulate());
  const { status, body: answer } = await call(at, body);
  expect(status).toBe(422);
  expect(answer.detail[0]).toMatchObject(problem);
});

test('a body that is not JSON is refused', async () => {
  const emulator = await emulate();
  const response = await fetch(`${emulator.url}/v2/facts/default/dev/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${emulator.keys.environment}` },
    body: '{"key":',
  });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    detail: [{ loc: ['body'], type: 'value_error.jsondecode' }],
  });
});

test('a chunked body is accepted, and a DELETE with a body', async () => {
  const emulator = await emulate();
  const headers = { authorization: `Bearer ${emulator.keys.environment}` };
  const chunked = new Blob(['{"key":', '"ann"}']).stream();
  const init = { method: 'POST', headers, body: chunked, duplex: 'half' };
  const created = await fetch(`${emulator.url}/v2/facts/default/dev/users`, init);
  expect(created.status).toBe(200);
  expect(await api(emulator)('DELETE /v2/facts/.../bulk/users', { idents: ['ann'] })).toEqual({
    status: 200,
    body: {},
  });
});

test('an error has the vendor’s wording, which its tools parse', async () => {
  const call = api(await emulate());
  const missing = await call('GET /v2/schema/.../roles/admin');
  expect(missing).toMatchObject({ status: 404, body: { error_code: 'NOT_FOUND', additional_info: null } });
  expect(missing.body.message).toContain("could not find 'Role' with the given filters: id='admin'");
  await call('POST /v2/schema/.../roles', { key: 'admin', name: 'Admin' });
  expect(await call('POST /v2/schema/.../roles', { key: 'admin', name: 'Admin' })).toMatchObject({
    status: 409,
    body: { error_code: 'DUPLICATE_ENTITY', title: 'This role already exists' },
  });
});

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
