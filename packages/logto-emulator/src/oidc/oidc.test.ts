import { once } from 'node:events';
import { get } from 'node:http';
import { text as formOf } from 'node:stream/consumers';
import { listen } from '@latchkey/emulator-kit';
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, expect, test } from 'vitest';
import { start } from '../start.ts';
import { authorization, createBrowser, requestToken, signInWith } from '../testing/browser.ts';
import { api, manager, seed, spa } from '../testing/fixtures.ts';

const logto = await start({ seed });
afterAll(() => logto.close());

const ada = ['ada', 'correct horse'] as const;
const everything =
  'openid offline_access profile email roles urn:logto:scope:organizations urn:logto:scope:organization_roles read:things write:things manage:members view:billing';

const signIn = (scope = everything) =>
  signInWith(spa(logto.url), ada, { scope, resource: [api, 'urn:logto:resource:organizations'] });

const refreshFrom = (origin: string) =>
  fetch(`${logto.issuer}/token`, {
    method: 'POST',
    headers: { origin },
    body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'spa-app', refresh_token: 'x' }),
  });

const refresh = (refresh_token = '', parameters: Record<string, string> = {}) =>
  requestToken(logto.url, {
    grant_type: 'refresh_token',
    client_id: 'spa-app',
    refresh_token,
    ...parameters,
  });

test('keys are ES384, available to every origin, and revalidated', async () => {
  const response = await fetch(`${logto.issuer}/jwks`, { headers: { origin: 'http://elsewhere.test' } });
  const { keys } = Object(await response.json());
  expect(keys).toMatchObject([{ kty: 'EC', crv: 'P-384', alg: 'ES384', use: 'sig' }]);
  expect(keys[0]).not.toHaveProperty('d');
  expect(response.headers.get('access-control-allow-origin')).toBe('http://elsewhere.test');
  expect(response.headers.get('cache-control')).toBe('no-cache, max-age=0, must-revalidate');
  // Not `fetch`, which adds its own `cache-control: no-cache` to a conditional request.
  const again = get(`${logto.issuer}/jwks`, {
    headers: { 'if-none-match': response.headers.get('etag') ?? '' },
  });
  const [{ statusCode }] = await once(again, 'response');
  expect(statusCode).toBe(304);
});

test("a token for a resource is an at+jwt with exactly Logto's claims", async () => {
  const { refresh_token } = await signIn();
  const { body } = await refresh(refresh_token, { resource: api });
  const token = String(body['access_token']);
  const keys = createRemoteJWKSet(new URL(`${logto.issuer}/jwks`));
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer: logto.issuer,
    audience: api,
    typ: 'at+jwt',
  });
  expect(Object.keys(protectedHeader)).toEqual(['alg', 'typ', 'kid']);
  expect(Object.keys(payload)).toEqual(['jti', 'sub', 'iat', 'exp', 'scope', 'client_id', 'iss', 'aud']);
  expect(payload).toMatchObject({
    sub: 'ada000000000',
    client_id: 'spa-app',
    aud: api,
    scope: 'read:things write:things',
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
});

test('a token for a resource and an organization names the organization, and has only the scopes of the roles in it', async () => {
  const { refresh_token } = await signIn();
  const { body } = await refresh(refresh_token, { resource: api, organization_id: 'acme00000000' });
  expect(decodeJwt(String(body['access_token']))).toMatchObject({
    aud: api,
    organization_id: 'acme00000000',
    scope: 'read:things write:things',
  });
});

test('a token for an organization alone has the organization as its audience', async () => {
  const { refresh_token } = await signIn();
  const { body } = await refresh(refresh_token, { organization_id: 'acme00000000' });
  const token = String(body['access_token']);
  expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES384', typ: 'at+jwt' });
  expect(decodeJwt(token)).toMatchObject({
    aud: 'urn:logto:organization:acme00000000',
    scope: 'manage:members',
  });
  expect(decodeJwt(token)).not.toHaveProperty('organization_id');
});

test('a token for an organization of which the user is not a member is refused, and the refresh token survives', async () => {
  const { refresh_token } = await signIn();
  const refused = await refresh(refresh_token, { organization_id: 'globex000000' });
  expect(refused.status).toBe(403);
  expect(refused.body).toMatchObject({ code: 'oidc.access_denied', error: 'access_denied' });
  expect((await refresh(refresh_token)).status).toBe(200);
});

test('without the organizations scope, organization tokens are out of scope', async () => {
  const { refresh_token } = await signIn('openid offline_access');
  const refused = await refresh(refresh_token, { organization_id: 'acme00000000' });
  expect([refused.status, refused.body['error']]).toEqual([403, 'insufficient_scope']);
});

test('without a resource the token is opaque, and is accepted by userinfo', async () => {
  const { access_token = '' } = await signIn();
  expect(access_token).toMatch(/^[\w-]{43}$/);
  const response = await fetch(`${logto.issuer}/me`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  expect(await response.json()).toMatchObject({
    sub: 'ada000000000',
    username: 'ada',
    name: 'Ada',
    picture: null,
    email: 'ada@example.test',
    email_verified: true,
    roles: ['reader'],
    organizations: ['acme00000000'],
    organization_data: [{ id: 'acme00000000', name: 'Acme', description: null }],
    organization_roles: ['acme00000000:org-admin'],
  });
});

test('the ID token has no typ, and has the claims of its scopes', async () => {
  const { id_token = '' } = await signIn();
  expect(Object.keys(decodeProtectedHeader(id_token))).toEqual(['alg', 'kid']);
  const claims = decodeJwt(id_token);
  expect(claims).toMatchObject({
    sub: 'ada000000000',
    aud: 'spa-app',
    iss: logto.issuer,
    username: 'ada',
    name: 'Ada',
    picture: null,
    email: 'ada@example.test',
    roles: ['reader'],
    organizations: ['acme00000000'],
    organization_roles: ['acme00000000:org-admin'],
  });
  expect(claims).not.toHaveProperty('organization_data');
  expect(Number(claims['created_at'])).toBeGreaterThan(1e12);
});

test('refresh tokens rotate, and require offline_access and prompt=consent', async () => {
  const first = await signIn();
  const second = await refresh(first['refresh_token']);
  expect(second.body['refresh_token']).not.toBe(first['refresh_token']);
  const without = await signInWith(spa(logto.url), ada, { scope: 'openid', prompt: 'login' });
  expect(without).not.toHaveProperty('refresh_token');
  const unconsented = await signInWith(spa(logto.url), ada, {
    scope: 'openid offline_access',
    prompt: 'login',
  });
  expect(unconsented).not.toHaveProperty('refresh_token');
});

test('resources can be separated by commas in an authorization request', async () => {
  const both = `${api},urn:logto:resource:organizations`;
  const { refresh_token } = await signInWith(spa(logto.url), ada, { resource: both });
  const { body } = await refresh(refresh_token, { resource: api });
  expect(decodeJwt(String(body['access_token'])).aud).toBe(api);
});

test('an unknown resource is an invalid target', async () => {
  const { refresh_token } = await signIn();
  const refused = await refresh(refresh_token, { resource: 'https://unknown.example.test' });
  expect(refused.status).toBe(400);
  expect(refused.body).toMatchObject({ code: 'oidc.invalid_target', error: 'invalid_target' });
});

test('an authorization request can name an organization, which the sign-in page receives', async () => {
  const organization = { resource: api, organization_id: 'acme00000000', ui_locales: 'ko' };
  const browser = createBrowser(logto.url);
  const page = await browser.open(authorization(spa(logto.url), organization).url);
  expect(new URL(page.url).searchParams.get('organization_id')).toBe('acme00000000');
  const { leaves } = await browser.submit(page, '/sign-in', { identifier: ada[0], password: ada[1] });
  expect(leaves?.searchParams.get('code')).toBeTruthy();
});

test('an unregistered redirect URI leads to a JSON response, for browsers too', async () => {
  const { url } = authorization(spa(logto.url), { redirect_uri: 'http://evil.test/' });
  const page = await createBrowser(logto.url).open(url);
  expect(page.status).toBe(400);
  expect(JSON.parse(page.text)).toMatchObject({
    code: 'oidc.invalid_redirect_uri',
    error: 'invalid_redirect_uri',
  });
});

test('the token endpoint allows only the origins of the application', async () => {
  const own = await refreshFrom('http://localhost:5173');
  expect(own.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
  const strange = await refreshFrom('http://evil.test');
  expect(strange.headers.get('access-control-allow-origin')).toBeNull();
});

test('a session signs in again without a page, until it ends, of which the application is notified', async () => {
  const logoutToken = Promise.withResolvers<string>();
  const site = await listen(
    (request, response) => {
      void formOf(request).then(logoutToken.resolve);
      response.end();
    },
    { port: 0 },
  );
  const manage = await manager(logto);
  const backchannel = { backchannelLogoutUri: `${site.url}/logout`, backchannelLogoutSessionRequired: true };
  await manage('PATCH', '/applications/spa-app', {
    oidcClientMetadata: {
      redirectUris: [spa(logto.url).redirectUri],
      postLogoutRedirectUris: ['http://localhost:5173'],
      ...backchannel,
    },
  });
  const browser = createBrowser(logto.url);
  const page = await browser.open(authorization(spa(logto.url)).url);
  await browser.submit(page, '/sign-in', { identifier: 'ada', password: 'correct horse' });
  const again = await browser.open(authorization(spa(logto.url)).url);
  expect(again.leaves?.searchParams.get('code')).toBeTruthy();

  const end = new URL(`${logto.issuer}/session/end`);
  end.search = new URLSearchParams({
    client_id: 'spa-app',
    post_logout_redirect_uri: 'http://localhost:5173',
  }).toString();
  const confirm = await browser.open(end.href);
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(confirm.text)?.[1] ?? '';
  const { leaves } = await browser.open(`${logto.issuer}/session/end/confirm`, {
    method: 'POST',
    body: new URLSearchParams({ xsrf, logout: 'yes' }),
  });
  expect(leaves?.href).toBe('http://localhost:5173/');
  expect((await browser.open(authorization(spa(logto.url)).url)).text).toContain('action="/sign-in');
  const token = new URLSearchParams(await logoutToken.promise).get('logout_token') ?? '';
  expect(decodeJwt(token)).toMatchObject({
    sub: 'ada000000000',
    aud: 'spa-app',
    sid: expect.any(String),
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  });
  await site.close();
});

test('a machine-to-machine application gets a token for the Management API with its secret', async () => {
  const authorizationHeader = `Basic ${Buffer.from('m2m-app:m2m-secret').toString('base64')}`;
  const request = {
    grant_type: 'client_credentials',
    resource: 'https://default.logto.app/api',
    scope: 'all',
  };
  const { body } = await requestToken(logto.url, request, { authorization: authorizationHeader });
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'all' });
  const keys = createLocalJWKSet(Object(await (await fetch(`${logto.issuer}/jwks`)).json()));
  const { payload } = await jwtVerify(String(body['access_token']), keys, {
    audience: 'https://default.logto.app/api',
  });
  expect(payload).toMatchObject({ sub: 'm2m-app', client_id: 'm2m-app', scope: 'all' });
  const wrong = await requestToken(logto.url, request, {
    authorization: `Basic ${Buffer.from('m2m-app:wrong').toString('base64')}`,
  });
  expect([wrong.status, wrong.body['code']]).toEqual([401, 'oidc.invalid_client']);
});
