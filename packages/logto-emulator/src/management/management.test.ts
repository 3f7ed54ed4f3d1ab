import { createManagementApi } from '@logto/api/management';
import { assert, asyncProperty, integer } from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { start } from '../start.ts';
import { requestToken, signInWith } from '../testing/browser.ts';
import { seed, spa, idOf, manager } from '../testing/fixtures.ts';

const logto = await start({ seed });
const manage = await manager(logto);
afterAll(() => logto.close());

const code = ({ body }: { body: unknown }): unknown => Object(body).code;
const list = ({ body }: { body: unknown }): Record<string, unknown>[] => (Array.isArray(body) ? body : []);
const create = async (given: object) => idOf(await manage('POST', '/users', given));

test("Logto's own client library works with it", async () => {
  const { apiClient } = createManagementApi('default', {
    clientId: 'm2m-app',
    clientSecret: 'm2m-secret',
    baseUrl: logto.url,
    apiIndicator: logto.managementApi.resource,
  });
  const created = await apiClient.POST('/api/users', { body: { username: 'library', name: 'Li Brary' } });
  expect(created.data).toMatchObject({ username: 'library', hasPassword: false });
  const userId = created.data?.id ?? '';
  const changed = await apiClient.PATCH('/api/users/{userId}', {
    params: { path: { userId } },
    body: { name: 'Changed' },
  });
  expect(changed.data?.name).toBe('Changed');
  const organizations = await apiClient.GET('/api/organizations', {});
  expect(organizations.data?.map(({ name }) => name)).toEqual(['Acme', 'Globex']);
  const hooks = await apiClient.GET('/api/hooks', {});
  expect(hooks.data).toEqual([]);
  const gone = await apiClient.DELETE('/api/users/{userId}', { params: { path: { userId } } });
  expect(gone.response.status).toBe(204);
});

const search = async (query: string) =>
  list(await manage('GET', `/users?${query}`)).map(({ username }) => username);

describe('users', () => {
  test('are found by a part of any field, or by one exact field', async () => {
    expect(await search('search=%25DA%25')).toEqual(['ada']);
    expect(await search('search.username=ada&search.username=bob&mode.username=exact')).toEqual([
      'bob',
      'ada',
    ]);
    expect(await search('search.username=ada&search.name=nobody')).toEqual(['ada']);
    expect(await search('search.username=ada&search.name=nobody&joint=and')).toEqual([]);
    expect(await search('search=^b.b$&mode=posix')).toEqual(['bob']);
  });

  test('have passwords that can be set and verified, but not read', async () => {
    const id = await create({ username: 'secretive' });
    expect((await manage('GET', `/users/${id}/has-password`)).body).toEqual({ hasPassword: false });
    await manage('PATCH', `/users/${id}/password`, { password: 'open sesame' });
    expect((await manage('POST', `/users/${id}/password/verify`, { password: 'open sesame' })).status).toBe(
      204,
    );
    const wrong = await manage('POST', `/users/${id}/password/verify`, { password: 'open barley' });
    expect([wrong.status, code(wrong)]).toEqual([422, 'session.invalid_credentials']);
    expect(JSON.stringify((await manage('GET', `/users/${id}`)).body)).not.toContain('scrypt');
  });

  test('lose their sessions, refresh tokens and opaque tokens when suspended or deleted', async () => {
    for (const end of ['suspended', 'deleted']) {
      const id = await create({ username: end, password: 'long enough' }); // oxlint-disable-line no-await-in-loop -- two stories
      const tokens = await signInWith(spa(logto.url), [end, 'long enough']); // oxlint-disable-line no-await-in-loop
      expect(
        list({ body: Object((await manage('GET', `/users/${id}/sessions`)).body).sessions }),
      ).toHaveLength(1); // oxlint-disable-line no-await-in-loop
      if (end === 'suspended')
        await manage('PATCH', `/users/${id}/is-suspended`, { isSuspended: true }); // oxlint-disable-line no-await-in-loop
      else await manage('DELETE', `/users/${id}`); // oxlint-disable-line no-await-in-loop
      const me = await fetch(`${logto.issuer}/me`, {
        headers: { authorization: `Bearer ${tokens['access_token']}` },
      }); // oxlint-disable-line no-await-in-loop
      expect(me.status).toBe(401);
      const request = {
        grant_type: 'refresh_token',
        client_id: 'spa-app',
        refresh_token: tokens['refresh_token'] ?? '',
      };
      const refreshed = await requestToken(logto.url, request); // oxlint-disable-line no-await-in-loop
      expect([refreshed.status, refreshed.body['error']]).toEqual([400, 'invalid_grant']);
    }
  });

  test("have sessions and grants that are not another user's", async () => {
    const { sessions, grants } = {
      sessions: Object((await manage('GET', '/users/bob000000000/sessions')).body).sessions,
      grants: Object((await manage('GET', '/users/bob000000000/grants')).body).grants,
    };
    expect([sessions, grants]).toEqual([[], []]);
    for (const list of ['sessions', 'grants'])
      expect((await manage('GET', `/users/nope/${list}`)).body).toEqual({ [list]: [] });
    await logto.signIn('ada');
    const [session] = Object((await manage('GET', '/users/ada000000000/sessions')).body).sessions;
    const [grant] = Object(
      (await manage('GET', '/users/ada000000000/grants?appType=firstParty')).body,
    ).grants;
    expect((await manage('GET', '/users/ada000000000/grants?appType=thirdParty')).body).toEqual({
      grants: [],
    });
    const refusal = async (method: string, path: string) =>
      Object((await manage(method, `/users/bob000000000/${path}`)).body).code;
    expect(await refusal('GET', `sessions/${session.payload.uid}`)).toBe('oidc.session_not_found');
    expect(await refusal('DELETE', `sessions/${session.payload.uid}`)).toBe(
      'oidc.invalid_session_account_id',
    );
    expect(await refusal('DELETE', `grants/${grant.id}`)).toBe('oidc.invalid_grant');
    expect((await manage('DELETE', `/users/ada000000000/grants/${grant.id}`)).status).toBe(204);
  });

  test('get each role once, and only roles for users', async () => {
    const id = await create({ username: 'roles' });
    const reader = String(list(await manage('GET', '/roles?search=reader&type=User'))[0]?.['id']);
    const given = await manage('POST', `/users/${id}/roles`, { roleIds: [reader] });
    expect([given.status, given.body]).toEqual([201, { roleIds: [reader], addedRoleIds: [reader] }]);
    expect((await manage('POST', `/users/${id}/roles`, { roleIds: [reader] })).body).toEqual({
      roleIds: [reader],
      addedRoleIds: [],
    });
    expect(list(await manage('GET', `/users/${id}/roles`)).map(({ name }) => name)).toEqual(['reader']);
    expect(list(await manage('GET', `/roles/${reader}/users`)).map(({ username }) => username)).toEqual([
      'roles',
      'ada',
    ]);
    const machine = String(list(await manage('GET', '/roles?type=MachineToMachine'))[0]?.['id']);
    expect(code(await manage('POST', `/users/${id}/roles`, { roleIds: [machine] }))).toBe(
      'user.invalid_role_type',
    );
    expect((await manage('DELETE', `/users/${id}/roles/${reader}`)).status).toBe(204);
    expect((await manage('DELETE', `/users/${id}/roles/${reader}`)).status).toBe(404);
  });
});

describe('organizations', () => {
  test('have members with roles', async () => {
    const id = idOf(await manage('POST', '/organizations', { name: 'Initech' }));
    expect(
      (await manage('POST', `/organizations/${id}/users`, { userIds: ['ada000000000', 'bob000000000'] }))
        .status,
    ).toBe(201);
    const role = String(list(await manage('GET', '/organization-roles'))[0]?.['id']);
    const path = `/organizations/${id}/users/bob000000000/roles`;
    expect((await manage('POST', path, { organizationRoleNames: ['org-admin'] })).body).toEqual({
      organizationRoleIds: [role],
    });
    expect(list(await manage('GET', `/organizations/${id}/users`))).toMatchObject([
      { username: 'ada', organizationRoles: [] },
      { username: 'bob', organizationRoles: [{ id: role, name: 'org-admin' }] },
    ]);
    expect(list(await manage('GET', '/users/bob000000000/organizations'))).toMatchObject([
      { id, name: 'Initech', organizationRoles: [{ name: 'org-admin' }] },
    ]);
    expect((await manage('PUT', `/organizations/${id}/users`, { userIds: ['eve000000000'] })).status).toBe(
      204,
    );
    expect(list(await manage('GET', `/organizations/${id}/users`)).map(({ username }) => username)).toEqual([
      'eve',
    ]);
    const stranger = await manage('GET', path);
    expect([stranger.status, code(stranger)]).toEqual([422, 'organization.require_membership']);
    const nobody = await manage('POST', `/organizations/${id}/users`, { userIds: ['nobody'] });
    expect([nobody.status, code(nobody)]).toEqual([422, 'entity.relation_foreign_key_not_found']);
    expect((await manage('DELETE', `/organizations/${id}`)).status).toBe(204);
    expect(list(await manage('GET', '/users/eve000000000/organizations'))).toEqual([]);
  });

  test('an invitation is sent with the link of the caller; without an email connector, nothing is sent or created', async () => {
    const invitation = {
      organizationId: 'acme00000000',
      invitee: 'ivo@example.test',
      expiresAt: Date.now() + 60_000,
    };
    const link = 'https://app.example.test/accept';
    const refused = await manage('POST', '/organization-invitations', {
      ...invitation,
      messagePayload: { link },
    });
    expect([refused.status, code(refused)]).toEqual([501, 'connector.not_found']);
    const id = idOf(await manage('POST', '/organization-invitations', invitation));
    const send = (body: object) => manage('POST', `/organization-invitations/${id}/message`, body);
    expect((await send({ link })).status).toBe(501);
    const add = (connectorId: string) => manage('POST', '/connectors', { connectorId, config: {} });
    expect(code(await add('carrier-pigeon'))).toBe('connector.not_found_with_connector_id');
    await add('aws-ses-mail');
    const connector = idOf(await add('simple-mail-transfer-protocol'));
    expect((await send({ link })).status).toBe(204);
    expect((await manage('GET', '/connectors')).body).toMatchObject([{ id: connector, type: 'Email' }]);
    const messages: unknown = await (await fetch(`${logto.url}/_emulator/messages`)).json();
    expect(messages).toMatchObject([{ recipient: 'ivo@example.test', content: link }]);
    expect((await manage('DELETE', `/connectors/${connector}`)).status).toBe(204);
    expect((await send({ link })).status).toBe(501);
  });

  test('invite by email; only the invited user can accept, once', async () => {
    const invitation = {
      organizationId: 'acme00000000',
      invitee: 'zoe@example.test',
      expiresAt: Date.now() + 60_000,
    };
    const id = idOf(await manage('POST', '/organization-invitations', invitation));
    expect(code(await manage('POST', '/organization-invitations', invitation))).toBe(
      'entity.unique_integrity_violation',
    );
    const zoe = await create({ username: 'zoe', primaryEmail: 'zoe@example.test' });
    const accept = (acceptedUserId: string) =>
      manage('PUT', `/organization-invitations/${id}/status`, { status: 'Accepted', acceptedUserId });
    expect((await accept('bob000000000')).status).toBe(422);
    expect((await accept(zoe)).body).toMatchObject({ status: 'Accepted', acceptedUserId: zoe });
    expect((await accept(zoe)).status).toBe(422);
    expect(
      list(await manage('GET', '/organizations/acme00000000/users')).map(({ username }) => username),
    ).toContain('zoe');
  });
});

describe('applications', () => {
  test('of a confidential kind have secrets, each of which is accepted', async () => {
    const id = idOf(await manage('POST', '/applications', { name: 'Job', type: 'MachineToMachine' }));
    await manage('POST', `/applications/${id}/roles`, { roleIds: ['management-api-access'] });
    const second = Object(
      (await manage('POST', `/applications/${id}/secrets`, { name: 'second' })).body,
    ).value;
    const secrets = list(await manage('GET', `/applications/${id}/secrets`)).map(({ value }) =>
      String(value),
    );
    expect(secrets).toHaveLength(2);
    expect(secrets[1]).toBe(second);
    const request = (client_secret: string) =>
      requestToken(logto.url, {
        grant_type: 'client_credentials',
        client_id: id,
        client_secret,
        resource: logto.managementApi.resource,
        scope: 'all',
      });
    expect((await Promise.all(secrets.map(request))).map(({ status }) => status)).toEqual([200, 200]);
    expect((await manage('DELETE', `/applications/${id}/secrets/second`)).status).toBe(204);
    expect((await request(String(second))).status).toBe(401);
  });
});

describe('roles and resources', () => {
  test('a deleted role, scope or resource is removed from everything that had it', async () => {
    const resource = idOf(
      await manage('POST', '/resources', { name: 'Temp', indicator: 'https://temp.example.test' }),
    );
    const scope = idOf(await manage('POST', `/resources/${resource}/scopes`, { name: 'go' }));
    const role = idOf(
      await manage('POST', '/roles', { name: 'temp', description: 'temp', scopeIds: [scope] }),
    );
    const user = await create({ username: 'temp' });
    await manage('POST', `/roles/${role}/users`, { userIds: [user] });
    expect(list(await manage('GET', `/roles/${role}/scopes`))).toMatchObject([
      { name: 'go', resource: { name: 'Temp' } },
    ]);
    await manage('DELETE', `/resources/${resource}`);
    expect((await manage('GET', `/roles/${role}/scopes`)).body).toEqual([]);
    await manage('DELETE', `/roles/${role}`);
    expect((await manage('GET', `/users/${user}/roles`)).body).toEqual([]);
  });
});

test('invalid JSON leads to 400', async () => {
  const response = await fetch(`${logto.url}/api/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await logto.managementToken()}`, 'content-type': 'application/json' },
    body: '{"username":',
  });
  expect(response.status).toBe(400);
});

test('the pages of a list contain every record once, for any page size', async () => {
  const all = list(await manage('GET', '/users?page_size=100')).map(({ id }) => id);
  await assert(
    asyncProperty(integer({ min: 1, max: 100 }), async (size) => {
      const pages = Array.from({ length: Math.ceil(all.length / size) + 1 }, (_, index) =>
        manage('GET', `/users?page=${index + 1}&page_size=${size}`),
      );
      const ids = (await Promise.all(pages)).flatMap(list).map(({ id }) => id);
      expect(ids).toEqual(all);
    }),
    { numRuns: 15 },
  );
});

test('lists, searches and additions work with 100,000 users', async () => {
  const users = Array.from({ length: 100_000 }, (_, index) => ({ username: `user${index}` }));
  const logto = await start({ seed: { users } });
  const manage = await manager(logto);
  const names = async (query: string) => {
    const { body, headers } = await manage('GET', `/users?${query}`);
    return [
      headers.get('total-number'),
      ...(Array.isArray(body) ? body : []).map(({ username }) => username),
    ];
  };
  expect(await names('page_size=2')).toEqual(['100000', 'user99999', 'user99998']);
  expect((await names('page=1000&page_size=100')).slice(-1)).toEqual(['user0']);
  expect(await names('page=1001&page_size=100')).toEqual(['100000']);
  expect(await names('search.username=user4242&mode.username=exact')).toEqual(['1', 'user4242']);
  expect((await manage('POST', '/users', { username: 'user4242' })).status).toBe(422);
  expect((await manage('POST', '/users', { username: 'one more' })).status).toBe(400);
  expect((await manage('POST', '/users', { username: 'one_more' })).status).toBe(200);
  expect(await names('page_size=1')).toEqual(['100001', 'one_more']);
  await logto.close();
});
