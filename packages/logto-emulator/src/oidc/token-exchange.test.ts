import { createManagementApi } from '@logto/api/management';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start, type Emulator } from '../start.ts';
import { requestToken } from '../testing/browser.ts';
import { api, seed, manager } from '../testing/fixtures.ts';

const allowed = { customClientMetadata: { allowTokenExchange: true } };
const applications = seed.applications.map((application) =>
  application.id === 'spa-app' ? { ...application, ...allowed } : application,
);

let logto: Emulator;
beforeEach(async () => {
  logto = await start({ seed: { ...seed, applications } });
});
afterEach(() => logto.close());

async function subjectToken(userId: string): Promise<string> {
  const { apiClient } = createManagementApi('default', {
    clientId: 'm2m-app',
    clientSecret: 'm2m-secret',
    baseUrl: logto.url,
    apiIndicator: 'https://default.logto.app/api',
  });
  const { data, response } = await apiClient.POST('/api/subject-tokens', { body: { userId } });
  expect([response.status, data?.expiresIn]).toEqual([201, 600]);
  return data?.subjectToken ?? '';
}

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
const exchange = (subject: string, parameters: Record<string, string> = {}) =>
  requestToken(logto.url, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    client_id: 'spa-app',
    subject_token: subject,
    subject_token_type: accessTokenType,
    ...parameters,
  });
const actor = async (user: string) => ({
  actor_token: (await logto.signIn(user)).accessToken,
  actor_token_type: accessTokenType,
});
const refusal = ({ status, body }: Awaited<ReturnType<typeof exchange>>) => [
  status,
  body['error'],
  body['error_description'],
];

test("a subject token becomes an access token of its user, with Logto's claims, and names the actor", async () => {
  const forResource = { resource: api, scope: 'read:things write:things' };
  const plain = await exchange(await subjectToken('ada000000000'), forResource);
  expect(plain).toMatchObject({
    status: 200,
    body: { token_type: 'Bearer', expires_in: 3600, scope: 'read:things write:things' },
  });
  const keys = createRemoteJWKSet(new URL(`${logto.issuer}/jwks`));
  const verified = await jwtVerify(String(plain.body['access_token']), keys, {
    issuer: logto.issuer,
    audience: api,
    typ: 'at+jwt',
  });
  expect(verified.payload).toMatchObject({ sub: 'ada000000000', client_id: 'spa-app' });
  expect(verified.payload).not.toHaveProperty('act');

  const acting = await exchange(await subjectToken('ada000000000'), {
    ...forResource,
    ...(await actor('bob')),
  });
  expect(decodeJwt(String(acting.body['access_token']))).toMatchObject({
    sub: 'ada000000000',
    act: { sub: 'bob000000000' },
  });
});

test('a token is for an organization, alone or with a resource, when the user is a member', async () => {
  const ofAcme = { organization_id: 'acme00000000', scope: 'manage:members write:things' };
  const alone = await exchange(await subjectToken('ada000000000'), ofAcme);
  expect(decodeJwt(String(alone.body['access_token']))).toMatchObject({
    aud: 'urn:logto:organization:acme00000000',
    scope: 'manage:members',
  });
  const both = await exchange(await subjectToken('ada000000000'), { ...ofAcme, resource: api });
  expect(decodeJwt(String(both.body['access_token']))).toMatchObject({
    aud: api,
    organization_id: 'acme00000000',
    scope: 'write:things',
  });
  expect(refusal(await exchange(await subjectToken('bob000000000'), ofAcme))).toEqual([
    403,
    'access_denied',
    'user is not a member of the organization',
  ]);
});

test('without a resource, the token is opaque and gives access to the account of the user', async () => {
  const { body } = await exchange(await subjectToken('ada000000000'), { scope: 'openid email read:things' });
  expect(body['scope']).toBe('openid email');
  const me = await fetch(`${logto.issuer}/me`, {
    headers: { authorization: `Bearer ${String(body['access_token'])}` },
  });
  expect(await me.json()).toEqual({ sub: 'ada000000000', email: 'ada@example.test', email_verified: true });
});

test('a subject token is exchanged once, within ten minutes, and for an account that is not suspended', async () => {
  const once = await subjectToken('ada000000000');
  // A refusal for another reason does not use up the token.
  expect((await exchange(once, { resource: 'https://elsewhere.test' })).status).toBe(400);
  expect((await exchange(once)).status).toBe(200);
  const refused = [400, 'invalid_grant', expect.any(String)];
  expect(refusal(await exchange(once))).toEqual(refused);
  expect(refusal(await exchange('sub_nothing'))).toEqual(refused);

  const [late, suspended] = [await subjectToken('ada000000000'), await subjectToken('bob000000000')];
  const manage = await manager(logto);
  await manage('PATCH', '/users/bob000000000/is-suspended', { isSuspended: true });
  expect(refusal(await exchange(suspended))).toEqual(refused);
  logto.setClock(601_000);
  expect(refusal(await exchange(late))).toEqual(refused);
  expect((await exchange(await subjectToken('ada000000000'))).status).toBe(200);
  const unknown = await manage('POST', '/subject-tokens', { userId: 'nobody' });
  expect([unknown.status, Object(unknown.body).code]).toEqual([422, 'entity.relation_foreign_key_not_found']);
});

test('an actor token is an opaque access token with the scope openid, and nothing else', async () => {
  const { accessToken: jwt } = await logto.signIn('bob', { resource: api });
  const bad = [
    { actor_token: jwt, actor_token_type: accessTokenType },
    { actor_token: 'nonsense', actor_token_type: accessTokenType },
    { ...(await actor('bob')), actor_token_type: 'urn:ietf:params:oauth:token-type:jwt' },
  ];
  for (const parameters of bad) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const answer = await exchange(await subjectToken('ada000000000'), { resource: api, ...parameters });
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_grant']);
  }
});

test('only a first-party application with permission can exchange tokens, and only of known types', async () => {
  const token = await subjectToken('ada000000000');
  const asWeb = { client_id: 'web-app', client_secret: 'web-secret' };
  expect(refusal(await exchange(token, asWeb))).toEqual([
    400,
    'invalid_request',
    'requested grant type is not allowed for this client',
  ]);
  const manage = await manager(logto);
  await manage('PATCH', '/applications/web-app', allowed);
  expect((await exchange(token, { ...asWeb, subject_token_type: 'urn:other' })).status).toBe(400);
  expect((await exchange('', asWeb)).status).toBe(400);
  expect((await exchange(token, asWeb)).status).toBe(200);
});
