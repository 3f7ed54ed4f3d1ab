import { LogtoClientError, LogtoError, LogtoRequestError, PersistKey } from '@logto/browser';
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createAuth, NotAMemberError } from './auth.ts';
import { ConsoleClient, isSessionOver } from './logto.ts';
import { mayHaveSession } from './may-have-session.ts';
import { organizationsOf } from './organization.ts';
import { typedText } from './stored-data.ts';
import { idTokenKey, storedPerson } from './stored-session.ts';
import { storeReturnPath, consumeReturnPath } from './stored-data.ts';

test.each([
  ['no session in this browser', new LogtoClientError('not_authenticated'), true],
  ["Logto's own answer to a used refresh token", new LogtoRequestError('oidc.invalid_grant', ''), true],
  [
    'the same answer in plain OAuth',
    new LogtoError('unexpected_response_error', { error: 'invalid_grant' }),
    true,
  ],
  ['Logto is overloaded', new LogtoRequestError('rate_limited', ''), false],
  ['Logto answers something else', new LogtoError('unexpected_response_error', '<html>'), false],
  ['the network is gone', new TypeError('Failed to fetch'), false],
])('%s: the session is over: %s', (_, error, over) => {
  expect(isSessionOver(error)).toBe(over);
});

const personOf = (claims: object) => {
  const payload = btoa(JSON.stringify({ sub: 'u1', ...claims }));
  localStorage.setItem(idTokenKey('console'), `header.${payload}.signature`);
  return storedPerson('console');
};

test("a person's name is their name or else their username; absent claims are null", () => {
  expect(personOf({ name: 'Mina Park', username: 'mina', email: 'm@example.com' })).toEqual({
    key: 'u1',
    name: 'Mina Park',
    email: 'm@example.com',
  });
  expect(personOf({ name: null, username: 'mina', email: null })).toEqual({
    key: 'u1',
    name: 'mina',
    email: null,
  });
  expect(personOf({})).toEqual({ key: 'u1', name: null, email: null });
});

test('after Logto refuses a token for an organization, requests nothing until another one is selected', async () => {
  const auth = createAuth({ logto: { endpoint: 'http://localhost', appId: 'console' }, apiResource: 'api' });
  const tokenFor = vi
    .spyOn(ConsoleClient.prototype, 'tokenFor')
    .mockRejectedValueOnce(new LogtoRequestError('oidc.access_denied', ''))
    .mockResolvedValue('a token');
  auth.activeOrganization.choose('acme');
  await expect(auth.accessToken()).rejects.toThrow(NotAMemberError);
  await expect(auth.accessToken()).rejects.toThrow(NotAMemberError);
  expect(auth.activeOrganization.isRefused()).toBe(true);
  expect(tokenFor.mock.calls).toEqual([['api', 'acme']]);
  // A new tab does not start with the refused organization.
  expect(
    createAuth({ logto: { endpoint: '', appId: '' }, apiResource: '' }).activeOrganization.get(),
  ).toBeNull();
  auth.activeOrganization.choose(null);
  await expect(auth.accessToken()).resolves.toBe('a token');
  expect(tokenFor).toHaveBeenLastCalledWith('api', null);
});

test('signing out deletes typed text unless Logto cannot be reached', async () => {
  const auth = createAuth({ logto: { endpoint: 'http://localhost', appId: 'console' }, apiResource: 'api' });
  vi.spyOn(ConsoleClient.prototype, 'signOut')
    .mockRejectedValueOnce(new TypeError('Failed to fetch'))
    .mockResolvedValue();
  const text = typedText('u1', 'note');
  text.write('Half a note');
  await expect(auth.signOut()).rejects.toThrow('Failed to fetch');
  expect(text.read()).toBe('Half a note');
  await auth.signOut();
  expect(text.read()).toBe('');
});

test("reads the organizations with their roles from Logto's userinfo, sorted by name, equal names with the end of their id", () => {
  expect(
    organizationsOf({
      organization_data: [
        { id: 'z1', name: 'Acme', description: null },
        { id: 'a1', name: 'Globex' },
        { id: 'organization-2', name: 'Initech' },
        { id: 'organization-3', name: 'Initech' },
      ],
      organization_roles: ['z1:admin', 'z1:member', 'a12:admin'],
    }),
  ).toEqual([
    { id: 'z1', name: 'Acme', roles: ['admin', 'member'] },
    { id: 'a1', name: 'Globex', roles: [] },
    { id: 'organization-2', name: 'Initech (…tion-2)', roles: [] },
    { id: 'organization-3', name: 'Initech (…tion-3)', roles: [] },
  ]);
  expect(organizationsOf({ sub: 'u1', organization_data: [] })).toEqual([]);
  // Without the scope, Logto does not return organizations.
  expect(organizationsOf({ sub: 'u1' })).toBeNull();
});

test('detects a possible session without loading the client', async () => {
  const { storage } = new ConsoleClient({ endpoint: 'http://localhost', appId: 'console' }).adapter;
  // Left over from an incomplete sign-in, or a session without its ID token.
  await storage.setItem(PersistKey.RefreshToken, 'refresh');
  await storage.setItem(PersistKey.SignInSession, '{}');
  expect(mayHaveSession()).toBe(false);
  await storage.setItem(PersistKey.IdToken, 'header.payload.signature');
  expect(mayHaveSession()).toBe(true);
  expect(localStorage.getItem(idTokenKey('console'))).toBe('header.payload.signature');
  await storage.removeItem(PersistKey.IdToken);
  expect(mayHaveSession()).toBe(false);
  vi.stubGlobal('localStorage', undefined);
  expect(mayHaveSession()).toBe(false);
});

test('reads the person from the ID token without the client, with the same result', async () => {
  const client = new ConsoleClient({ endpoint: 'http://localhost', appId: 'console' });
  const claims = { iss: 'i', sub: 'u1', aud: 'a', exp: 1, iat: 1, name: '박미나 🗝️ ÿ?>', email: null };
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  await client.adapter.storage.setItem(PersistKey.IdToken, `header.${payload}.signature`);
  expect(storedPerson('console')).toEqual({ key: 'u1', name: '박미나 🗝️ ÿ?>', email: null });
  expect(await client.getIdTokenClaims()).toEqual(claims);
  expect(storedPerson('another')).toBeNull();
  for (const token of ['', 'x', 'header.payload.signature', `header.${btoa('{"sub":1}')}.signature`]) {
    localStorage.setItem(idTokenKey('console'), token);
    expect(storedPerson('console')).toBeNull();
  }
});

test.each([
  ['expires within a minute', 50, 2],
  ['is good for an hour', 3_600, 1],
])('after the API ended a stream, a token that %s is renewed or not', async (_, seconds, asked) => {
  const auth = createAuth({ logto: { endpoint: 'http://localhost', appId: 'console' }, apiResource: 'api' });
  let tokens = 0;
  const store = () => {
    const token = `token ${++tokens}`;
    const expiresAt = Date.now() / 1_000 + seconds;
    localStorage.setItem(idTokenKey('console'), 'of a session');
    localStorage.setItem('logto:console:accessToken', JSON.stringify({ '@api': { token, expiresAt } }));
    return Promise.resolve(token);
  };
  const tokenFor = vi.spyOn(ConsoleClient.prototype, 'tokenFor').mockReset().mockImplementation(store);
  expect(await auth.accessToken()).toBe('token 1');
  expect(await auth.accessToken()).toBe('token 1');
  auth.forgetEndingToken();
  expect(await auth.accessToken()).toBe(`token ${asked}`);
  expect(tokenFor).toHaveBeenCalledTimes(asked);
  tokenFor.mockRestore();
});

test('returns a stored path unchanged, once', () => {
  storeReturnPath('/reports/7?role=editor#top');
  expect(consumeReturnPath()).toBe('/reports/7?role=editor#top');
  expect(consumeReturnPath()).toBe('/');
});

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
  '',
])('does not store %j', (path) => {
  storeReturnPath(path);
  expect(consumeReturnPath()).toBe('/');
});

test('the returned path is on this origin, whatever value is stored', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc
      .array(fc.constantFrom('/', '\\', '\t', '\n', '@', ':', 'evil.example', '..'), { maxLength: 8 })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(hostile, fc.boolean(), (path, direct) => {
      if (direct) sessionStorage.setItem('latchkey:return-path', path);
      else storeReturnPath(path);
      const taken = consumeReturnPath();
      expect(new URL(taken, location.origin).origin).toBe(location.origin);
      expect(taken.startsWith('/')).toBe(true);
    }),
  );
});
