import { afterAll, describe, expect, test } from 'vitest';
import { start } from '../start.ts';
import { seed, idOf, manager } from '../testing/fixtures.ts';

/**
 * What Logto 1.42 refuses, in the order of its checks: the page, the body, the record, then the database's
 * constraints. Names in braces are ids of existing records.
 */
const ids = new Map<string, string>();

const logto = await start({ seed });
const manage = await manager(logto);
const create = async (name: string, path: string, body: object): Promise<void> => {
  ids.set(name, idOf(await manage('POST', path, body)));
};
await create('machineRole', '/roles', { name: 'machine', description: 'd', type: 'MachineToMachine' });
await create('userRole', '/roles', { name: 'person', description: 'd' });
await create('resource', '/resources', { name: 'R', indicator: 'https://r.example.test' });
await create('scope', `/resources/${ids.get('resource')}/scopes`, { name: 'do:it' });
await create('orgRole', '/organization-roles', { name: 'zeta' });
await create('machineOrgRole', '/organization-roles', { name: 'alpha', type: 'MachineToMachine' });
await create('orgScope', '/organization-scopes', { name: 'zeta:it' });
await create('hook', '/hooks', {
  name: 'h',
  events: ['PostSignIn'],
  config: { url: 'http://127.0.0.1:9/' },
});
await manage('POST', '/organizations/acme00000000/applications', { applicationIds: ['m2m-app'] });
await manage('POST', '/roles/{userRole}/users'.replace('{userRole}', ids.get('userRole') ?? ''), {
  userIds: ['bob000000000'],
});
afterAll(() => logto.close());

const filled = (template: string): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => ids.get(name) ?? name);

async function refusal(request: string, body?: unknown): Promise<string> {
  const [method = '', path = ''] = filled(request).split(' ');
  const sent = body === undefined ? undefined : JSON.parse(filled(JSON.stringify(body)));
  const reply = await manage(method, path, sent);
  return `${reply.status} ${Object(reply.body).code ?? ''}`.trim();
}

const invalid = '400 guard.invalid_input';
const invalidPage = '400 guard.invalid_pagination';
const notFound = '404 entity.not_found';
const notExists = '404 entity.not_exists';
const notExistsWithId = '404 entity.not_exists_with_id';
const noReference = '422 entity.relation_foreign_key_not_found';
const constraint = '422 entity.db_constraint_violated';
const nothing = '422 entity.invalid_input';

describe('a bad page is refused before the record is read', () => {
  test.each([
    'GET /users?page_size=101',
    'GET /users?page_size=-1',
    'GET /users/nope/roles?page=x',
    'GET /roles/nope/users?page=0',
    'GET /roles/nope/applications?page_size=101',
    'GET /roles/nope/scopes?page=x',
    'GET /applications/nope/roles?page=x',
    'GET /organization-roles/nope/scopes?page=x',
    'GET /organizations/nope/jit/roles?page=x',
    'GET /resources?page=1&page=2',
  ])('%s', async (request) => expect(await refusal(request)).toBe(invalidPage));
});

describe('a bad body is refused before the record is read', () => {
  test.each<[string, unknown]>([
    ['PATCH /users/nope', { username: '1' }],
    ['PATCH /users/nope/is-suspended', {}],
    ['PATCH /users/nope/custom-data', {}],
    ['PATCH /users/nope/profile', { profile: { nickname: 5 } }],
    ['POST /users/nope/password/verify', {}],
    ['POST /users/nope/roles', {}],
    ['PUT /users/nope/roles', { roleIds: [''] }],
    ['PUT /users/nope/identities/google', {}],
    ['PATCH /roles/nope', { name: '' }],
    ['POST /roles/nope/scopes', { scopeIds: [] }],
    ['POST /roles/nope/users', { userIds: [] }],
    ['POST /roles/nope/applications', {}],
    ['PATCH /resources/nope', { accessTokenTtl: 'x' }],
    ['PATCH /resources/nope/is-default', {}],
    ['POST /resources/nope/scopes', {}],
    ['PATCH /resources/nope/scopes/nope', { name: '' }],
    ['PATCH /applications/nope', { name: 5 }],
    ['PATCH /applications/spa-app', { oidcClientMetadata: { redirectUris: [] } }],
    ['POST /applications/nope/secrets', {}],
    ['PATCH /applications/nope/secrets/nope', {}],
    ['POST /applications/nope/roles', {}],
    ['PUT /applications/nope/roles', {}],
    ['PATCH /hooks/nope', { events: [] }],
    ['PATCH /hooks/{hook}', { config: {} }],
    ['POST /hooks', { name: '', events: ['PostSignIn'], config: { url: 'x' } }],
    ['POST /hooks/nope/test', {}],
    ['PATCH /organizations/nope', { color: { primaryColor: 'red' } }],
    ['POST /organizations', { name: 'x', branding: { logoUrl: 'nope' } }],
    ['PUT /organization-invitations/nope/status', { status: 'Pending' }],
    ['POST /organization-invitations/nope/message', { code: 5 }],
    ['PUT /organizations/acme00000000/applications/m2m-app/roles', { organizationRoleIds: [] }],
    ['PUT /configs/jwt-customizer/access-token', { script: '', claims: {} }],
  ])('%s', async (request, body) => expect(await refusal(request, body)).toBe(invalid));

  test.each([
    'GET /roles?type=Nope',
    'GET /applications?types=Nope',
    'GET /applications?isThirdParty=maybe',
    'GET /users/ada000000000/grants?appType=nope',
    'DELETE /users/ada000000000/sessions/nope?revokeGrantsTarget=nope',
  ])('%s', async (request) => expect(await refusal(request)).toBe(invalid));
});

describe('a record that does not exist', () => {
  test.each<[string, string, unknown?]>([
    ['PATCH /hooks/nope', notExists, { name: 'x' }],
    ['PATCH /hooks/nope/signing-key', notExists],
    [
      'POST /hooks/nope/test',
      notExistsWithId,
      { events: ['PostSignIn'], config: { url: 'http://127.0.0.1:9/' } },
    ],
    ['GET /organization-roles/nope', notFound],
    ['GET /organization-roles/nope/scopes', notFound],
    ['GET /organization-scopes/nope', notExistsWithId],
    ['DELETE /organization-roles/nope/scopes/{orgScope}', notFound],
    ['GET /organization-invitations/nope', notFound],
    ['PUT /organization-invitations/nope/status', notFound, { status: 'Revoked' }],
    ['GET /organizations/nope/jit/roles', notExistsWithId],
    ['PATCH /resources/{resource}/scopes/nope', notExists, { name: 'x' }],
    ['DELETE /resources/{resource}/scopes/nope', notFound],
    ['PATCH /resources/nope/is-default', notExists, { isDefault: true }],
    ['PATCH /resources/nope/is-default', notExistsWithId, { isDefault: false }],
    ['PATCH /applications/m2m-app/secrets/nope', notExists, { name: 'x' }],
    ['PATCH /roles/nope', notExistsWithId, {}],
    ['POST /roles/{userRole}/users', notFound, { userIds: ['nope'] }],
    ['GET /users/ada000000000/sessions/nope', '404 oidc.session_not_found'],
    ['DELETE /users/ada000000000/sessions/nope', '404 oidc.session_not_found'],
    ['DELETE /users/ada000000000/grants/nope', '404 oidc.invalid_grant'],
  ])('%s: %s', async (request, code, body) => expect(await refusal(request, body)).toBe(code));

  test.each([
    '/organizations/nope/users',
    '/organizations/nope/applications',
    '/organizations/nope/jit/email-domains',
    '/organizations/acme00000000/users/nope/scopes',
    '/resources/nope/scopes',
    '/hooks/nope/recent-logs',
  ])('%s is an empty list', async (path) => expect((await manage('GET', path)).body).toEqual([]));
});

describe("the database's constraints", () => {
  test.each<[string, string, unknown]>([
    ['PATCH /roles/{userRole}', nothing, {}],
    ['PATCH /resources/{resource}', nothing, {}],
    ['PATCH /resources/{resource}/scopes/{scope}', nothing, {}],
    ['PATCH /hooks/{hook}', nothing, {}],
    ['PATCH /organization-roles/nope', nothing, {}],
    ['POST /roles', nothing, { name: 'no scopes', description: 'd', scopeIds: [] }],
    ['PUT /users/bob000000000/roles', constraint, { roleIds: ['{machineRole}'] }],
    ['POST /users', '422 user.email_already_in_use', { primaryEmail: 'Ada@Example.test' }],
    ['POST /hooks', '400 hook.missing_events', { name: 'x', config: { url: 'http://localhost/' } }],
    [
      'POST /roles',
      '400 role.management_api_scopes_not_assignable_to_user_role',
      { name: 'root', description: 'root', scopeIds: ['management-api-all'] },
    ],
    [
      'POST /resources',
      '422 resource.resource_identifier_in_use',
      { name: 'x', indicator: 'https://api.example.test' },
    ],
    ['DELETE /resources/management-api', '400 resource.cannot_delete_management_api', undefined],
    ['POST /resources/management-api/scopes', '400 resource.cannot_modify_management_api', { name: 'x' }],
    ['POST /organization-scopes', '422 entity.unique_integrity_violation', { name: 'manage:members' }],
    ['POST /organization-roles', '422 entity.unique_integrity_violation', { name: 'org-admin' }],
    ['POST /users/bob000000000/roles', '422 user.invalid_role_type', { roleIds: ['nope', '{machineRole}'] }],
    ['POST /roles/{machineRole}/users', constraint, { userIds: ['bob000000000'] }],
    ['POST /roles/{userRole}/applications', constraint, { applicationIds: ['m2m-app'] }],
    ['PUT /applications/m2m-app/roles', constraint, { roleIds: ['{userRole}'] }],
    ['POST /applications/m2m-app/roles', '422 application.invalid_role_type', { roleIds: ['{userRole}'] }],
    ['POST /organizations/acme00000000/applications', constraint, { applicationIds: ['spa-app'] }],
    [
      'POST /organizations/acme00000000/users/ada000000000/roles',
      constraint,
      { organizationRoleIds: ['{machineOrgRole}'] },
    ],
    [
      'POST /organizations/acme00000000/applications/m2m-app/roles',
      constraint,
      { organizationRoleIds: ['{orgRole}'] },
    ],
    [
      'POST /organizations/acme00000000/users/roles',
      noReference,
      { userIds: ['bob000000000'], organizationRoleIds: ['{orgRole}'] },
    ],
    [
      'POST /organization-invitations',
      noReference,
      {
        invitee: 'x@example.test',
        organizationId: 'acme00000000',
        expiresAt: Date.now() + 60_000,
        organizationRoleIds: ['nope'],
      },
    ],
    ['POST /roles/{userRole}/users', '422 role.user_exists', { userIds: ['nope', 'bob000000000'] }],
    ['POST /resources/nope/scopes', '400 scope.name_with_space', { name: 'a b' }],
    ['POST /applications', '400 application.saml.use_saml_app_api', { name: 'x', type: 'SAML' }],
    [
      'POST /applications',
      '422 application.device_flow_native_only',
      { name: 'x', type: 'SPA', customClientMetadata: { isDeviceFlow: true } },
    ],
    [
      'PATCH /applications/spa-app',
      '422 application.device_flow_not_changeable',
      { customClientMetadata: { isDeviceFlow: true } },
    ],
  ])('%s: %s', async (request, code, body) => expect(await refusal(request, body)).toBe(code));

  test('a role remains when its scopes are refused, as in Logto', async () => {
    const { body } = await manage('GET', '/roles?search=no%20scopes');
    expect(body).toMatchObject([{ name: 'no scopes' }]);
  });
});

test.each<[string, string]>([
  ['/users?search.color=x&mode=nope', 'Search match mode `nope` is not valid'],
  ['/users?search.name=x&mode.name=nope', 'Search match mode `nope` for field `name` is not valid'],
  ['/users?search.a.b=x', 'Unsupported nested search field path `a.b` detected.'],
  ['/users?search.fooBar=x', 'Search field `foo_bar` is not valid'],
  ['/users?search=x&joint=xor', 'Search joint mode `xor` is not valid, expect one of or, and.'],
  ['/users?search=x&mode=similar_to', 'Cannot use case-insensitive match for `similar to`.'],
  ['/roles?search=', 'Search value cannot be empty.'],
  ['/logs?start_time=x', 'The request start_time is invalid.'],
  ['/hooks/nope/recent-logs?start_time=2&end_time=1', '`end_time` must be after `start_time`.'],
])('%s: %s', async (path, message) => {
  const reply = await manage('GET', path);
  expect(reply.status).toBe(400);
  expect(Object(reply.body).message).toContain(message);
});

test('a database column is a search field, too', async () => {
  const { body } = await manage('GET', '/users?search.primary_email=ada@example.test');
  expect(body).toMatchObject([{ id: 'ada000000000' }]);
});

async function names(path: string): Promise<string[]> {
  const { body } = await manage('GET', path);
  return Object(body).map(({ name, invitee }: Record<string, string>) => name ?? invitee);
}

test('organization roles and scopes are listed by name, invitations newest first', async () => {
  expect(await names('/organization-roles')).toEqual(['alpha', 'org-admin', 'zeta']);
  expect(await names('/organization-scopes')).toEqual(['manage:members', 'view:billing', 'zeta:it']);
  for (const invitee of ['first@example.test', 'second@example.test']) {
    const expiresAt = Date.now() + 60_000;
    const body = { invitee, organizationId: 'acme00000000', expiresAt, messagePayload: false };
    await manage('POST', '/organization-invitations', body); // oxlint-disable-line no-await-in-loop -- one after the other
  }
  expect(await names('/organization-invitations')).toEqual(['second@example.test', 'first@example.test']);
});

test('an invalid token is refused with the reason that jose gives', async () => {
  const response = await fetch(`${logto.url}/api/users`, { headers: { authorization: 'Bearer garbage' } });
  expect(await response.json()).toMatchObject({
    code: 'auth.unauthorized',
    data: { code: 'ERR_JWS_INVALID', name: 'JWSInvalid' },
  });
});

test('several names in a message are joined as Logto joins them', async () => {
  const { body } = await manage('POST', '/organizations/acme00000000/users/ada000000000/roles', {
    organizationRoleNames: ['x', 'y', 'z'],
  });
  expect(Object(body).message).toContain('role names detected: x, y, and z.');
});

test('only the attributes of a profile are stored', async () => {
  const profile = { nickname: 'A', nonsense: 1, address: { country: 'KR', planet: 'earth' } };
  const { body } = await manage('PATCH', '/users/ada000000000/profile', { profile });
  expect(body).toEqual({ nickname: 'A', address: { country: 'KR' } });
});

test('an identity is created once, replaced, belongs to one user, and its removal answers the user', async () => {
  const path = '/users/ada000000000/identities/google';
  expect((await manage('PUT', path, { userId: 'g1' })).status).toBe(201);
  expect((await manage('PUT', path, { userId: 'g2' })).status).toBe(200);
  expect(await refusal('PUT /users/bob000000000/identities/google', { userId: 'g2' })).toBe(
    '422 user.identity_already_in_use',
  );
  expect(await manage('DELETE', path)).toMatchObject({
    status: 200,
    body: { id: 'ada000000000', identities: {} },
  });
  expect(await refusal('DELETE /users/ada000000000/identities/google')).toBe('404 user.identity_not_exist');
});
