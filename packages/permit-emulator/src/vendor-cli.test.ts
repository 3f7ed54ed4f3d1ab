import { expect, test } from 'vitest';
import { api, emulate } from './testing/with-emulator.ts';

const seed = {
  resources: [{ key: 'doc', name: 'Doc', actions: { read: {} } }],
  roles: [{ key: 'viewer', name: 'Viewer', permissions: ['doc:read'] }],
  users: [{ key: 'ann', role_assignments: [{ role: 'viewer', tenant: 'default' }] }],
  condition_sets: [{ key: 'us-staff', name: 'Staff', conditions: { 'user.country': { equals: 'US' } } }],
};

test.each(['environment', 'project', 'organization'] as const)(
  'permit login and env select reach an environment with a key of the %s',
  async (level) => {
    const emulator = await emulate({ seed });
    const key = emulator.keys[level];
    // The CLI accepts only keys of this form.
    expect(key).toMatch(/^permit_key_.{86,}$/);
    const call = api(emulator, key);
    const { body: scope } = await call('GET /v2/api-key/scope');
    const { body: orgs } = await call('GET /v2/orgs');
    expect(orgs).toMatchObject([{ id: scope.organization_id, name: expect.any(String) }]);
    expect((await call(`GET /v2/orgs/${scope.organization_id}`)).body).toEqual(orgs[0]);
    const { body: projects } = await call('GET /v2/projects');
    const project = projects[0].id;
    const { body: environment } = await call(`GET /v2/projects/${project}/envs/dev`);
    const { body: found } = await call(`GET /v2/api-key/${project}/${environment.id}`);
    expect((await api(emulator, found.secret)('GET /v2/facts/.../users')).body.total_count).toBe(1);
  },
);

test('permit env select with a key of the organization: the tool sends the name of the project, not its id', async () => {
  const emulator = await emulate();
  const call = api(emulator, emulator.keys.organization);
  const [project] = (await call('GET /v2/projects')).body;
  const [environment] = (await call(`GET /v2/projects/${project.id}/envs`)).body;
  const found = await call(`GET /v2/api-key/%7Bproj_id%7D/${environment.id}`);
  expect(found).toMatchObject({ status: 200, body: { environment_id: environment.id } });
  expect((await call('GET /v2/api-key/%7Bproj_id%7D/nope')).status).toBe(404);
  expect((await call(`GET /v2/projects/%7Bproj_id%7D/envs/${environment.id}`)).status).toBe(404);
});

test('permit env member: members are invited, once', async () => {
  const emulator = await emulate();
  const call = api(emulator, emulator.keys.organization);
  expect((await call('GET /v2/members')).body).toEqual([]);
  const invited = await call('POST /v2/members?inviter_name=Ann', {
    email: 'bob@x.org',
    permissions: [{ object_type: 'org', access_level: 'read' }],
  });
  expect(invited).toMatchObject({ status: 200, body: { email: 'bob@x.org' } });
  expect((await call('POST /v2/members', { email: 'bob@x.org', permissions: [] })).status).toBe(409);
  expect((await call('GET /v2/members')).body).toHaveLength(1);
});

test('permit opa policy: modules are listed by name', async () => {
  const { opaUrl, keys } = await emulate({ seed, opaPort: 0 });
  const get = async (path: string) =>
    await (
      await fetch(`${opaUrl}${path}`, { headers: { authorization: `Bearer ${keys.environment}` } })
    ).json();
  const { result } = await get('/v1/policies');
  const set = 'permit/generated/conditionset/userset_us_2dstaff.rego';
  expect(result.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(['root.rego', set]));
  expect((await get(`/v1/policies/${set}`)).result.raw).toContain('user.country');
  expect((await get('/v1/policies/nope.rego')).code).toBe('resource_not_found');
});

test('an operation that only the real Permit has answers 501 in the error format of Permit, an unknown one 404', async () => {
  const emulator = await emulate();
  const call = api(emulator);
  for (const operation of [
    'GET /v2/internal/opal_data/x/...',
    'POST /v2/api-key/x/rotate-secret',
    'GET /v2/orgs/active/org',
    'GET /v2/orgs/x/invites',
    'GET /v2/members/me',
    'POST /v2/projects/x/envs/x/copy/async',
    'PUT /v2/projects/x/repos/disable',
    'PUT /v2/projects/.../opal_scope',
    'POST /v2/facts/.../email_templates/x/send_test_email',
    'PUT /v2/facts/.../access_requests/x/user/x/tenant/x/x/approve',
    'POST /v2/facts/.../access_requests',
    'PUT /v2/schema/.../bulk/roles',
    'GET /v2/schema/.../groups',
    'GET /v2/schema/.../resources/x/roles/x/ancestors',
    'PUT /v2/schema/.../roles/x/parents/x',
    'GET /v2/schema/.../condition_sets/x/possible_parents',
    'GET /v2/auth/me',
    'POST /v2/auth/x/elements_fe_login_as',
    'GET /v2/pdps/.../configs',
    'GET /v2/elements/.../config',
    'GET /v2/history/x/request',
    'POST /v2/audit-log-replay',
  ]) {
    const answer = await call(operation);
    expect({ operation, ...answer }).toMatchObject({
      operation,
      status: 501,
      body: {
        error_code: 'UNEXPECTED_ERROR',
        title: 'Not in the emulator',
        support_link: expect.any(String),
      },
    });
  }
  expect((await call('GET /v2/nothing')).status).toBe(404);
  expect((await call('DELETE /v2/orgs')).status).toBe(405);
  const headers = { authorization: `Bearer ${emulator.keys.environment}` };
  for (const path of ['update_policy', 'update_policy_data', '_exit', 'nginx_allowed', 'kong']) {
    expect((await fetch(`${emulator.pdpUrl}/${path}`, { method: 'POST', headers })).status).toBe(501);
  }
});
