import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start, type Emulator } from '../start.ts';
import { requestToken } from '../testing/browser.ts';
import { api, seed, manager } from '../testing/fixtures.ts';
import { createReceiver } from '../testing/receiver.ts';

let logto: Emulator;
beforeEach(async () => {
  logto = await start({ seed });
});
afterEach(() => logto.close());

const refresh = (refresh_token: string, parameters: Record<string, string> = {}) =>
  requestToken(logto.url, {
    grant_type: 'refresh_token',
    client_id: 'spa-app',
    refresh_token,
    ...parameters,
  });
const error = ({ status, body }: { status: number; body: Record<string, unknown> }) => [
  status,
  body['error'],
];
const post = (path: string, parameters: Record<string, string>) =>
  fetch(`${logto.issuer}${path}`, { method: 'POST', body: new URLSearchParams(parameters) });

test('a used refresh token is accepted for another three seconds', async () => {
  const { refreshToken } = await logto.signIn('ada');
  const both = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  logto.setClock(1000); // two seconds for a slow machine
  expect((await refresh(refreshToken)).status).toBe(200);
});

test('a used refresh token that is sent later ends the whole grant, with the new token', async () => {
  const { refreshToken } = await logto.signIn('ada');
  const { body } = await refresh(refreshToken);
  logto.setClock(10_000);
  expect(error(await refresh(refreshToken))).toEqual([400, 'invalid_grant']);
  expect(error(await refresh(String(body['refresh_token'])))).toEqual([400, 'invalid_grant']);
  const me = await fetch(`${logto.issuer}/me`, {
    headers: { authorization: `Bearer ${String(body['access_token'])}` },
  });
  expect(me.status).toBe(401);
});

test('refresh tokens live fourteen days from the sign-in, regardless of rotation', async () => {
  const { refreshToken } = await logto.signIn('ada');
  const day = 24 * 60 * 60 * 1000;
  logto.setClock(13 * day);
  const { body } = await refresh(refreshToken);
  logto.setClock(14 * day + 1000);
  expect(error(await refresh(String(body['refresh_token'])))).toEqual([400, 'invalid_grant']);
});

test.each([
  [{ refreshTokenTtlInDays: 2, refreshTokenTtl: 60 }, 2 * 24 * 60 * 60],
  [{ refreshTokenTtl: 3600 }, 3600],
])('with %j, refresh tokens live %i seconds', async (customClientMetadata, seconds) => {
  const manage = await manager(logto);
  await manage('PATCH', '/applications/spa-app', { customClientMetadata });
  const { refreshToken } = await logto.signIn('ada');
  logto.setClock((seconds - 60) * 1000);
  const { body } = await refresh(refreshToken);
  logto.setClock((seconds + 1) * 1000);
  expect(error(await refresh(String(body['refresh_token'])))).toEqual([400, 'invalid_grant']);
});

test('revoking a refresh or opaque token ends the grant; a JWT cannot be revoked', async () => {
  for (const which of ['refreshToken', 'accessToken'] as const) {
    const tokens = await logto.signIn('ada'); // oxlint-disable-line no-await-in-loop -- one after the other
    const revoked = await post('/token/revocation', { client_id: 'spa-app', token: tokens[which] }); // oxlint-disable-line no-await-in-loop
    expect(revoked.status).toBe(200);
    expect(error(await refresh(tokens.refreshToken))).toEqual([400, 'invalid_grant']); // oxlint-disable-line no-await-in-loop
  }
  const { accessToken } = await logto.signIn('ada', { resource: api });
  const refused = await post('/token/revocation', { client_id: 'spa-app', token: accessToken });
  expect(refused.status).toBe(400);
});

test('introspection describes valid opaque tokens', async () => {
  const { accessToken } = await logto.signIn('ada', { app: 'web-app' });
  const credentials = { client_id: 'web-app', client_secret: 'web-secret' };
  const active = await post('/token/introspection', { ...credentials, token: accessToken });
  expect(await active.json()).toMatchObject({ active: true, sub: 'ada000000000', client_id: 'web-app' });
  const unknown = await post('/token/introspection', { ...credentials, token: 'unknown' });
  expect(await unknown.json()).toEqual({ active: false });
});

test('keys rotate from ES384 to RS256 and back; the current and the previous key are published', async () => {
  const manage = await manager(logto);
  const first = await logto.signIn('ada', { resource: api });
  expect(
    (await manage('POST', '/configs/oidc/private-keys/rotate', { signingKeyAlgorithm: 'RSA' })).body,
  ).toMatchObject([
    { signingKeyAlgorithm: 'RSA', status: 'Current' },
    { signingKeyAlgorithm: 'EC', status: 'Previous' },
  ]);
  const second = await logto.signIn('ada', { resource: api });
  expect(decodeProtectedHeader(second.accessToken)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
  expect(decodeProtectedHeader(second.idToken).alg).toBe('RS256');
  const keys = createRemoteJWKSet(new URL(`${logto.issuer}/jwks`));
  for (const { accessToken } of [first, second]) await jwtVerify(accessToken, keys); // oxlint-disable-line no-await-in-loop
  const published = Object(await (await fetch(`${logto.issuer}/jwks`)).json()).keys;
  expect(published).toHaveLength(2);
  expect(published[0]).not.toHaveProperty('alg');

  await logto.rotateKeys('EC');
  const again = Object(await (await fetch(`${logto.issuer}/jwks`)).json()).keys;
  expect(again.map(({ kty }: { kty: string }) => kty)).toEqual(['EC', 'RSA']);
  expect(decodeProtectedHeader((await logto.signIn('ada', { resource: api })).accessToken).alg).toBe('ES384');
  await refresh(second.refreshToken).then(({ status }) => expect(status).toBe(200));
});

test.each(['ES256', 'ES384', 'ES512', 'RS256', 'PS256'] as const)(
  'tokens are signed with %s by a key for it',
  async (algorithm) => {
    await logto.rotateKeys(algorithm);
    const { accessToken, idToken } = await logto.signIn('ada', { resource: api });
    const keys = createRemoteJWKSet(new URL(`${logto.issuer}/jwks`));
    for (const token of [accessToken, idToken])
      expect((await jwtVerify(token, keys)).protectedHeader.alg).toBe(algorithm); // oxlint-disable-line no-await-in-loop
    expect(decodeProtectedHeader(await logto.managementToken()).alg).toBe(algorithm);
  },
);

const describedAt = async (name: string): Promise<unknown> =>
  (await fetch(`${logto.issuer}/.well-known/${name}`)).json();

test('the server is described under the name of RFC 8414 as well', async () => {
  expect(await describedAt('oauth-authorization-server')).toEqual(await describedAt('openid-configuration'));
});

test('only the previous key can be deleted', async () => {
  const manage = await manager(logto);
  const [only] = Object((await manage('GET', '/configs/oidc/private-keys')).body);
  const code = async (id: string) =>
    Object((await manage('DELETE', `/configs/oidc/private-keys/${id}`)).body).code;
  expect(await code(only.id)).toBe('oidc.key_required');
  await logto.rotateKeys();
  const [current, previous] = Object((await manage('GET', '/configs/oidc/private-keys')).body);
  expect(await code(current.id)).toBe('oidc.only_previous_key_can_be_deleted');
  expect(await code('unknown')).toBe('oidc.key_not_found');
  expect((await manage('DELETE', `/configs/oidc/private-keys/${previous.id}`)).status).toBe(204);
});

test('all times in tokens follow the clock', async () => {
  const keys = createRemoteJWKSet(new URL(`${logto.issuer}/jwks`));
  for (const offset of [7_200, -7_200]) {
    logto.setClock(offset * 1000);
    // oxlint-disable-next-line no-await-in-loop -- there is one clock
    const { accessToken, idToken } = await logto.signIn('ada', { resource: api });
    const now = Date.now() / 1000 + offset;
    for (const token of [accessToken, idToken]) {
      // oxlint-disable-next-line no-await-in-loop
      const { payload } = await jwtVerify(token, keys, { currentDate: new Date(now * 1000) });
      const { iat = 0, exp = 0 } = payload;
      expect(Math.abs(iat - now)).toBeLessThan(5);
      expect(exp - iat).toBe(3600);
    }
  }
});

test("opaque tokens expire by the emulator's clock", async () => {
  const { accessToken } = await logto.signIn('ada');
  const me = async () =>
    (await fetch(`${logto.issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } })).status;
  expect(await me()).toBe(200);
  logto.setClock(3_700_000);
  expect(await me()).toBe(401);
});

test('a removed role or membership is missing from the next token', async () => {
  const manage = await manager(logto);
  const { refreshToken } = await logto.signIn('ada');
  const [role] = Object((await manage('GET', '/roles?search=reader')).body);
  await manage('DELETE', `/users/ada000000000/roles/${role.id}`);
  const { body } = await refresh(refreshToken, { resource: api });
  expect(decodeJwt(String(body['access_token']))['scope']).toBe('write:things');
  await manage('DELETE', '/organizations/acme00000000/users/ada000000000');
  const refused = await refresh(String(body['refresh_token']), { organization_id: 'acme00000000' });
  expect(error(refused)).toEqual([403, 'access_denied']);
});

test('a machine-to-machine application gets tokens for the organizations that it is a member of', async () => {
  const manage = await manager(logto);
  const ask = (parameters: Record<string, string>) =>
    requestToken(logto.url, {
      grant_type: 'client_credentials',
      client_id: 'm2m-app',
      client_secret: 'm2m-secret',
      ...parameters,
    });
  expect(error(await ask({}))).toEqual([400, 'invalid_target']);
  expect(error(await ask({ organization_id: 'acme00000000' }))).toEqual([403, 'access_denied']);
  await manage('POST', '/organizations/acme00000000/applications', { applicationIds: ['m2m-app'] });
  const roleId = Object(
    (await manage('POST', '/organization-roles', { name: 'bot', type: 'MachineToMachine' })).body,
  ).id;
  const [scope] = Object((await manage('GET', '/organization-scopes')).body);
  await manage('POST', `/organization-roles/${roleId}/scopes`, { organizationScopeIds: [scope.id] });
  await manage('POST', '/organizations/acme00000000/applications/m2m-app/roles', {
    organizationRoleIds: [roleId],
  });
  const { body } = await ask({ organization_id: 'acme00000000', scope: 'manage:members' });
  expect(decodeJwt(String(body['access_token']))).toMatchObject({
    aud: 'urn:logto:organization:acme00000000',
    sub: 'm2m-app',
    scope: 'manage:members',
  });
});

test('the tenant configures the claims of ID tokens', async () => {
  const manage = await manager(logto);
  await manage('PUT', '/configs/id-token', { enabledExtendedClaims: ['organization_data'] });
  const claims = decodeJwt((await logto.signIn('ada')).idToken);
  expect(claims['organization_data']).toEqual([{ id: 'acme00000000', name: 'Acme', description: null }]);
  expect(claims).not.toHaveProperty('roles');
});

test('a custom claims script adds claims, can deny access, and adds nothing when it fails', async () => {
  const manage = await manager(logto);
  const set = (script: string) =>
    manage('PUT', '/configs/jwt-customizer/access-token', { script, environmentVariables: { TIER: 'gold' } });
  const claims = async () => decodeJwt((await logto.signIn('ada', { resource: api })).accessToken);
  await set(`const getCustomJwtClaims = async ({ token, context, environmentVariables }) => ({
    tier: environmentVariables.TIER, username: context.user.username, roles: context.user.roles.map(({ name }) => name), for: token.aud,
  });`);
  expect(await claims()).toMatchObject({
    tier: 'gold',
    username: 'ada',
    roles: ['reader'],
    for: api,
    aud: api,
  });
  const samples = { contextSample: { user: { username: 'x' } }, tokenSample: { aud: api } };
  const stored = { script: '', blockIssuanceOnError: false, ...samples };
  expect((await manage('PUT', '/configs/jwt-customizer/access-token', stored)).body).toEqual(stored);
  expect((await manage('GET', '/configs/jwt-customizer/access-token')).body).toEqual(stored);
  await set('const getCustomJwtClaims = async () => { throw new Error("broken") };');
  expect(await claims()).not.toHaveProperty('tier');
  await set('const getCustomJwtClaims = async ({ api }) => api.denyAccess("not today");');
  await expect(logto.signIn('ada', { resource: api })).rejects.toThrow('not today');
  await manage('DELETE', '/configs/jwt-customizer/access-token');
  expect(Object.keys(await claims())).toEqual([
    'jti',
    'sub',
    'iat',
    'exp',
    'scope',
    'client_id',
    'iss',
    'aud',
  ]);
});

test('custom claims can also be a function', async () => {
  await logto.close();
  logto = await start({ seed, customClaims: ({ context }) => ({ plan: context.organization?.['name'] }) });
  const { accessToken } = await logto.signIn('ada', { resource: api, organizationId: 'acme00000000' });
  expect(decodeJwt(accessToken)).toMatchObject({ plan: 'Acme', organization_id: 'acme00000000' });
});

test('exceeding the grant limit ends the oldest grant, and raises an event', async () => {
  await logto.close();
  const receiver = await createReceiver();
  logto = await start({
    seed: {
      ...seed,
      applications: seed.applications.map((application) => ({
        ...application,
        customClientMetadata: { maxAllowedGrants: 1 },
      })),
      hooks: [{ name: 'Limit', events: ['Grant.LimitExceeded'], url: receiver.url }],
    },
  });
  const first = await logto.signIn('ada');
  const second = await logto.signIn('ada');
  const [limit] = await receiver.arrived(1);
  expect(limit?.event).toMatchObject({
    userId: 'ada000000000',
    applicationId: 'spa-app',
    maxAllowedGrants: 1,
    preRevocationActiveGrantCount: 2,
  });
  expect(Object.keys(Object(limit?.event))).toEqual([
    'event',
    'createdAt',
    'ip',
    'userAgent',
    'application',
    'userId',
    'applicationId',
    'revokedGrantIds',
    'maxAllowedGrants',
    'preRevocationActiveGrantCount',
    'hookId',
  ]);
  expect((await refresh(first.refreshToken)).status).toBe(400);
  expect((await refresh(second.refreshToken)).status).toBe(200);
  await receiver.close();
});
