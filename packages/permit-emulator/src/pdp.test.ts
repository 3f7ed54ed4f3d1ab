import { expect, test } from 'vitest';
import type { Emulator } from './start.ts';
import { api, emulate, sdk } from './testing/with-emulator.ts';

const seed = {
  resources: [
    {
      key: 'repo',
      name: 'Repo',
      actions: { read: {}, push: {} },
      roles: { editor: { name: 'Editor', permissions: ['push'] } },
    },
  ],
  roles: [{ key: 'viewer', name: 'Viewer', permissions: ['repo:read'] }],
  tenants: [
    { key: 't1', name: 'T1', attributes: { plan: 'pro' } },
    { key: 't2', name: 'T2' },
  ],
  resource_instances: [{ key: 'opal', resource: 'repo', tenant: 't1' }],
  users: [
    {
      key: 'ann',
      role_assignments: [
        { role: 'viewer', tenant: 't1' },
        { role: 'editor', resource_instance: 'repo:opal' },
      ],
    },
  ],
};

function pdp(emulator: Emulator) {
  return async (at: string, body?: unknown, headers: Record<string, string> = {}) => {
    const [method = 'GET', path = '/'] = at.split(' ');
    const response = await fetch(emulator.pdpUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${emulator.keys.environment}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  };
}

test('the PDP accepts whole user records, nulls and an empty key', async () => {
  const emulator = await emulate({ seed });
  const ask = pdp(emulator);
  const { body: user } = await api(emulator)('GET /v2/facts/.../users/ann');
  const resource = { type: 'repo', key: '', tenant: 't1', context: {} };
  const query = { user, action: 'read', resource, context: {}, tenant: 't1', sdk: null };
  expect((await ask('POST /allowed', query)).body).toMatchObject({ allow: true, result: false });
  expect((await ask('POST /allowed', { ...query, user: 'ann' })).status).toBe(422);
  expect(await ask('POST /allowed', { user: { key: 'ann' } })).toEqual({
    status: 422,
    body: expect.stringMatching(/^Failed to deserialize the JSON body .* action: field required/),
  });
  expect((await ask('POST /user-tenants', { user })).status).toBe(200);
  expect((await ask('POST /user-tenants', {})).body.detail[0].loc).toEqual(['body', 'user']);
});

test('the Rust endpoints refuse a body whose content type is not JSON, after they have checked the key', async () => {
  const ask = pdp(await emulate({ seed }));
  const query = { user: { key: 'ann' }, action: 'read', resource: { type: 'repo', tenant: 't1' } };
  const text = { 'content-type': 'text/plain' };
  expect(await ask('POST /allowed', query, text)).toEqual({
    status: 415,
    body: 'Expected request with `Content-Type: application/json`',
  });
  expect((await ask('POST /access/v1/evaluation', {}, text)).status).toBe(415);
  expect((await ask('POST /allowed', query, { ...text, authorization: 'Bearer x' })).status).toBe(403);
  const problem = { 'content-type': 'Application/problem+JSON; charset=utf-8' };
  expect((await ask('POST /allowed', query, problem)).status).toBe(200);
  expect((await ask('POST /allowed/all-tenants', query, text)).status).toBe(200);
});

test('null attributes are refused by the Rust endpoints, and accepted by those of horizon', async () => {
  const ask = pdp(await emulate({ seed }));
  const user = { key: 'ann', attributes: null };
  const resource = { type: 'repo', tenant: 't1', attributes: null };
  const query = { user: { key: 'ann' }, action: 'read', resource };
  const bare = { ...query, user, resource: { type: 'repo', tenant: 't1' } };
  const statusOf = async (path: string, body: unknown) => (await ask(`POST ${path}`, body)).status;
  expect(await statusOf('/allowed', query)).toBe(422);
  expect(await statusOf('/allowed', bare)).toBe(422);
  expect(await statusOf('/allowed/bulk', [query])).toBe(422);
  expect(await statusOf('/user-permissions', { user })).toBe(422);
  expect(await statusOf('/user-permissions', { user: { key: 'ann' }, context: null })).toBe(200);
  const allowed = { user: { key: 'ann' }, action: 'read', resource: { type: 'repo', tenant: 't1' } };
  for (const path of ['/allowed', '/authorized_users']) {
    expect(await statusOf(path, { ...allowed, context: null })).toBe(422);
    expect(await statusOf(path, allowed)).toBe(200);
  }
  expect(await statusOf('/authorized_users', query)).toBe(422);
  expect(await statusOf('/allowed/all-tenants', { ...query, user })).toBe(200);
  expect(await statusOf('/user-tenants', { user })).toBe(200);
});

test('a null context is refused where the Rust service needs a map, and accepted elsewhere', async () => {
  const ask = pdp(await emulate({ seed }));
  const user = { key: 'ann' };
  const query = { user, action: 'read', resource: { type: 'repo', tenant: 't1' }, context: null };
  const inResource = { user, action: 'read', resource: { type: 'repo', tenant: 't1', context: null } };
  const evaluation = {
    subject: { type: 'user', id: 'ann' },
    action: { name: 'read' },
    resource: { type: 'repo', properties: { tenant: 't1' } },
    context: null,
  };
  const statusOf = async (path: string, body: unknown) => (await ask(`POST ${path}`, body)).status;
  for (const refused of [query, inResource]) {
    /* oxlint-disable no-await-in-loop -- two bodies */
    expect(await statusOf('/allowed', refused)).toBe(422);
    expect(await statusOf('/allowed/bulk', [refused])).toBe(422);
    expect(await statusOf('/authorized_users', refused)).toBe(422);
    expect(await statusOf('/allowed/all-tenants', refused)).toBe(200);
    /* oxlint-enable no-await-in-loop */
  }
  expect(await statusOf('/user-permissions', { user, context: null })).toBe(200);
  expect(await statusOf('/user-tenants', { user, context: null })).toBe(200);
  expect(await statusOf('/access/v1/evaluation', evaluation)).toBe(200);
});

test('only OPA lets a question turn the debug output off', async () => {
  const emulator = await emulate({ seed, opaPort: 0 });
  const query = { user: { key: 'ann' }, action: 'read', resource: { type: 'repo', tenant: 't1' } };
  const quiet = { ...query, use_debugger: false };
  const ask = pdp(emulator);
  expect((await ask('POST /allowed', quiet)).body).toHaveProperty('debug');
  expect((await ask('POST /allowed/bulk', [quiet])).body.allow[0]).toHaveProperty('debug');
  const ofOpa = await (
    await fetch(`${emulator.opaUrl}/v1/data/permit/root`, {
      method: 'POST',
      body: JSON.stringify({ input: quiet }),
    })
  ).json();
  expect(ofOpa.result).not.toHaveProperty('debug');
});

test('the Rust service refuses a wrong key, also for the endpoints of horizon', async () => {
  const ask = pdp(await emulate({ seed }));
  const wrong = { authorization: 'Bearer x' };
  const refusal = { status: 403, body: expect.stringContaining('please check your API key') };
  for (const at of [
    'GET /version',
    'GET /healthchecks/opa/ready',
    'POST /user-tenants',
    'POST /allowed_url',
    'GET /local/role_assignments',
    'GET /facts/users',
  ])
    expect({ at, ...(await ask(at, undefined, wrong)) }).toEqual({ at, ...refusal });
  const body = { user: { key: 'ann' }, action: 'read', resource: { type: 'repo' } };
  expect(await ask('POST /allowed/all-tenants', body, wrong)).toEqual(refusal);
  expect(await ask('POST /allowed', body, wrong)).toEqual(refusal);
  expect(await ask('POST /no-such-path', body, wrong)).toEqual(refusal);
});

test('the version and OPA’s health checks', async () => {
  const ask = pdp(await emulate());
  expect((await ask('GET /version')).body).toEqual({ api_version: 2 });
  expect((await ask('GET /healthchecks/opa/ready')).body).toEqual({ result: true });
  expect((await ask('GET /healthchecks/opa/healthy')).body).toEqual({ result: true });
  expect((await ask('GET /healthchecks/opa/system')).body).toEqual({
    result: { ready: true, healthy: true },
  });
});

test('tenants, users and assignments are listed by the reverse queries', async () => {
  const ask = pdp(await emulate({ seed }));
  const query = { user: { key: 'ann' }, action: 'read', resource: { type: 'repo' } };
  expect((await ask('POST /allowed/all-tenants', query)).body.allowed_tenants).toMatchObject([
    { allow: true, result: true, tenant: { key: 't1', attributes: { plan: 'pro' } } },
  ]);
  expect((await ask('POST /user-tenants', { user: { key: 'ann' } })).body).toEqual([
    { key: 't1', attributes: { plan: 'pro' } },
  ]);
  const resource = { type: 'repo', key: 'opal', tenant: 't1' };
  expect((await ask('POST /authorized_users', { action: 'push', resource })).body).toEqual({
    resource: 'repo:opal',
    tenant: 't1',
    users: { ann: [{ user: 'ann', tenant: 't1', resource: 'repo:opal', role: 'repo:opal#editor' }] },
  });
  expect((await ask('GET /local/role_assignments?user=ann')).body).toEqual([
    { user: 'ann', role: 'editor', tenant: 't1', resource_instance: 'repo:opal' },
    { user: 'ann', role: 'viewer', tenant: 't1' },
  ]);
  expect((await ask('GET /local/role_assignments?per_page=1&page=2')).body).toHaveLength(1);
});

test('without the vendor’s quirks, roles on instances are written as the documentation shows them', async () => {
  const ask = pdp(await emulate({ seed, vendorQuirks: false }));
  const resource = { type: 'repo', key: 'opal', tenant: 't1' };
  const query = { user: { key: 'ann' }, action: 'push', resource };
  const { body: listed } = await ask('POST /authorized_users', query);
  expect(listed.users.ann[0].role).toBe('editor');
  const { body: decision } = await ask('POST /allowed', query);
  expect(decision.debug.rebac.allowing_roles[0].role).toBe('editor');
});

test('the SDK’s broken checkAllTenants works with its key, and not without it', async () => {
  const emulator = await emulate({ seed });
  const tenants = await sdk(emulator).checkAllTenants('ann', 'read', 'repo', {}, 'node');
  expect(tenants.map(({ key }) => key)).toEqual(['t1']);
  const body = {
    headers: { Authorization: 'Bearer wrong' },
    params: { user: { key: 'ann' }, action: 'read', resource: { type: 'repo' } },
  };
  expect((await pdp(emulator)('POST /allowed/all-tenants', body, { authorization: '' })).status).toBe(403);
});

test('the mapping rule with the highest priority maps a URL to an action', async () => {
  const emulator = await emulate({ seed });
  const ask = pdp(emulator);
  await api(emulator)('POST /v2/facts/.../proxy_configs', {
    key: 'gateway',
    name: 'Gateway',
    secret: 's',
    mapping_rules: [
      { url: 'https://x.org/repos/{id}', http_method: 'get', resource: 'repo', action: 'push', priority: 1 },
      {
        url: 'https://x.org/repos/{id}?view={v}',
        http_method: 'get',
        resource: 'repo',
        action: 'read',
        priority: 2,
      },
      {
        url: 'https://x.org/(?P<kind>r.*)',
        url_type: 'regex',
        http_method: 'post',
        resource: 'repo',
        action: 'read',
      },
      { url: '(', url_type: 'regex', http_method: 'post', resource: 'repo', action: 'push', priority: 9 },
    ],
  });
  const check = (url: string, http_method = 'GET') =>
    ask('POST /allowed_url', { user: { key: 'ann' }, http_method, url, tenant: 't1' });
  const mapped = await check('https://x.org/repos/7?view=no&view=full&x=1');
  expect(mapped.body).toMatchObject({ allow: true, result: true });
  expect(mapped.body.debug.request.resource.attributes).toEqual({
    type: 'repo',
    'id}?view={v': '7?view=no&view=full&x=1',
    v: 'full',
  });
  expect((await check('https://x.org/repos/7')).body.allow).toBe(false);
  expect((await check('https://x.org/rest/of/it', 'POST')).body).toMatchObject({ allow: true });
  expect((await check('https://x.org/repos/7/x')).body).toMatchObject({
    allow: false,
    debug: { reason: 'Matched mapping rule not found for the requested URL and HTTP method' },
  });
});

const subject = { type: 'user', id: 'ann' };
const repo = { type: 'repo', id: 'opal' };
const inT1 = { ...repo, properties: { tenant: 't1' } };
const push = { name: 'push', properties: { dropped: true } };

test('AuthZEN: evaluations, each with the defaults of its request', async () => {
  const emulator = await emulate({ seed });
  const ask = pdp(emulator);
  expect((await ask('GET /.well-known/authzen-configuration')).body).toMatchObject({
    policy_decision_point: emulator.pdpUrl,
    access_evaluation_endpoint: `${emulator.pdpUrl}/access/v1/evaluation`,
    search_action_endpoint: `${emulator.pdpUrl}/access/v1/search/action`,
  });
  const query = { subject, resource: inT1, action: push };
  expect((await ask('POST /access/v1/evaluation', query)).body).toMatchObject({
    decision: true,
    context: { rebac: { allow: true } },
  });
  const many = { ...query, evaluations: [{}, { action: { name: 'fly' } }, { action: null }] };
  expect((await ask('POST /access/v1/evaluations', many)).body.evaluations).toMatchObject([
    { decision: true },
    { decision: false },
    { decision: true },
  ]);
});

test.each<[string, unknown, number, string]>([
  ['evaluation', { subject }, 422, 'resource: field required'],
  ['evaluation', undefined, 400, 'malformed JSON'],
  ['evaluations', { subject, resource: repo, action: push }, 422, 'evaluations: field required'],
  ['evaluations', { subject, resource: repo, action: push, evaluations: [] }, 400, 'No evaluations provided'],
  ['evaluations', { subject, evaluations: [{ action: push }] }, 400, 'Evaluation 0 has no resource'],
  ['search/resource', { subject, action: push, resource: repo, page: { size: 'x' } }, 422, 'page.size'],
])('AuthZEN: %s refuses %j with %i in plain text', async (path, body, status, message) => {
  const answer = await pdp(await emulate({ seed }))(`POST /access/v1/${path}`, body);
  expect(answer).toEqual({ status, body: expect.stringContaining(message) });
});

test.each([
  ['subject', { subject: { type: 'user' }, resource: inT1, action: push }, [subject]],
  // The PDP ignores the action. It also adds quotes to the tenant, so that no tenant matches.
  ['resource', { subject, resource: { type: 'repo' }, action: { name: 'fly' }, page: { size: 1 } }, [repo]],
  ['resource', { subject, resource: inT1, action: push }, []],
  ['action', { subject, resource: repo }, [{ name: 'repo:push' }]],
  ['action', { subject, resource: inT1 }, []],
])('AuthZEN: the search for a %s that is asked %j answers as the PDP does', async (kind, body, results) => {
  const ask = pdp(await emulate({ seed }));
  expect((await ask(`POST /access/v1/search/${kind}`, body)).body).toEqual({ results, page: {} });
  expect((await ask(`POST /access/v1/search/${kind}`, body, { authorization: 'Bearer x' })).status).toBe(403);
});

test('the facts proxy waits until the write has reached the PDP, for the time in the headers', async () => {
  const emulator = await emulate({ seed, propagationDelay: 2_000 });
  const ask = pdp(emulator);
  const tenant = { type: 'repo', tenant: 't2' };
  const assign = (user: string, headers: Record<string, string>) =>
    ask('POST /facts/role_assignments', { user, role: 'viewer', tenant: 't2' }, headers);
  const allowed = async (user: string) =>
    (await ask('POST /allowed', { user: { key: user }, action: 'read', resource: tenant })).body.allow;
  expect((await assign('ann', { 'x-wait-timeout': '0' })).status).toBe(200);
  expect(await allowed('ann')).toBe(false);
  await ask('POST /v2/facts/default/dev/users', { key: 'bob' }, { 'x-wait-timeout': '0' });
  expect((await assign('bob', { 'x-wait-timeout': '' })).status).toBe(200);
  expect([await allowed('ann'), await allowed('bob')]).toEqual([true, true]);
  await ask('POST /facts/users', { key: 'cat' }, { 'x-wait-timeout': '0' });
  expect(await assign('cat', { 'x-wait-timeout': '0', 'x-timeout-policy': 'fail' })).toEqual({
    status: 424,
    body: { detail: 'Timeout waiting for update to be received' },
  });
  expect((await assign('cat', { 'x-wait-timeout': 'soon' })).status).toBe(400);
  expect(await assign('cat', { 'x-timeout-policy': 'Never' })).toEqual({
    status: 400,
    body: { detail: "Invalid X-Timeout-Policy header, expected one of ['ignore', 'fail'], got 'Never'" },
  });
  expect((await ask('GET /facts/users', undefined, { 'x-wait-timeout': 'soon' })).status).toBe(200);
  const headers = { 'x-wait-timeout': '0' };
  const deleted = { status: 200, body: { user: 'cat', role: 'viewer', tenant: 't2' } };
  const role = { role: 'viewer', tenant: 't2' };
  expect(await ask('DELETE /facts/users/cat/roles', role, headers)).toMatchObject(deleted);
  await assign('cat', headers);
  expect(await ask('DELETE /facts/role_assignments', { ...role, user: 'cat' }, headers)).toMatchObject(
    deleted,
  );
  expect((await assign('nobody', {})).status).toBe(404);
  expect((await ask('GET /facts/users')).body.total_count).toBe(3);
});

test('the SDK reads its own writes through the facts proxy', async () => {
  const permit = sdk(await emulate({ seed, propagationDelay: 100 }), { proxyFactsViaPdp: true });
  await permit.api.users.create({ key: 'bob' });
  await permit.api.users.assignRole({ user: 'bob', role: 'viewer', tenant: 't2' });
  expect(await permit.check('bob', 'read', { type: 'repo', tenant: 't2' })).toBe(true);
});
