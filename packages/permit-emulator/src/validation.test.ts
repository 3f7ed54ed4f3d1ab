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
  expect((await call('GET /v2/nowhere')).status).toBe(404);
  expect((await call('PUT /v2/facts/.../users')).status).toBe(405);
});
