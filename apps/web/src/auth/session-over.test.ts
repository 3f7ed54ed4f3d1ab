import { LogtoClientError, LogtoError, LogtoRequestError } from '@logto/browser';
import { expect, test, vi } from 'vitest';
import { createAuth } from './auth.ts';
import { ConsoleClient } from './logto.ts';
import { SessionOverError } from './session-state.ts';
import { typedText } from './stored-data.ts';

const config = { logto: { endpoint: 'http://localhost', appId: 'console' }, apiResource: 'api' };
const otherTabStores = (key: string, newValue: string | null): void =>
  void dispatchEvent(new StorageEvent('storage', { key, newValue }));

test.each([
  ['Logto refuses the refresh token', new LogtoRequestError('oidc.invalid_grant', '')],
  ['there is no session in this browser', new LogtoClientError('not_authenticated')],
])('%s: ends the session, and sends no further requests to Logto', async (_, refusal) => {
  const tokenFor = vi.spyOn(ConsoleClient.prototype, 'tokenFor').mockRejectedValue(refusal);
  const signIn = vi.spyOn(ConsoleClient.prototype, 'signIn');
  const auth = createAuth(config);
  const states: boolean[] = [];
  auth.session.subscribe(() => states.push(auth.session.isOver()));
  await expect(auth.accessToken()).rejects.toThrow(SessionOverError);
  await expect(auth.accessToken()).rejects.toThrow(SessionOverError);
  await expect(auth.organizations()).rejects.toThrow(SessionOverError);
  expect(tokenFor).toHaveBeenCalledOnce();
  expect(states).toEqual([true]);
  expect(signIn).not.toHaveBeenCalled();
});

test.each([
  ["Logto's own answer", new LogtoRequestError('oidc.insufficient_scope', '')],
  ['the same in plain OAuth', new LogtoError('unexpected_response_error', { error: 'insufficient_scope' })],
])(
  'a token whose scope the session lacks (%s): asks for a new sign-in, and everything else works',
  async (_, refusal) => {
    vi.spyOn(ConsoleClient.prototype, 'tokenFor').mockRejectedValueOnce(refusal).mockResolvedValue('a token');
    const auth = createAuth(config);
    auth.activeOrganization.choose('acme');
    await expect(auth.accessToken()).rejects.toThrow(SessionOverError);
    expect([auth.session.problem(), auth.session.isOver()]).toEqual(['incomplete', false]);
    auth.activeOrganization.choose(null);
    await expect(auth.accessToken()).resolves.toBe('a token');
    otherTabStores('logto:console:idToken', 'header.payload.signature');
    expect(auth.session.problem()).toBeNull();
  },
);

test('reports a missing scope when Logto returns no organizations', async () => {
  vi.spyOn(ConsoleClient.prototype, 'userInfo').mockResolvedValue({
    iss: 'i',
    sub: 'u1',
    aud: 'a',
    exp: 1,
    iat: 1,
  });
  const auth = createAuth(config);
  await expect(auth.organizations()).rejects.toThrow(SessionOverError);
  expect(auth.session.problem()).toBe('incomplete');
});

test('a network failure does not end the session', async () => {
  vi.spyOn(ConsoleClient.prototype, 'tokenFor').mockRejectedValue(new TypeError('Failed to fetch'));
  const auth = createAuth(config);
  await expect(auth.accessToken()).rejects.toThrow('Failed to fetch');
  expect(auth.session.isOver()).toBe(false);
});

test('detects a sign-in in another tab, but ignores sign-outs and other storage events', async () => {
  vi.spyOn(ConsoleClient.prototype, 'tokenFor').mockResolvedValue('a token');
  const auth = createAuth(config);
  auth.session.end();
  otherTabStores('logto:console:idToken', null);
  otherTabStores('latchkey:organization', 'acme');
  await expect(auth.accessToken()).rejects.toThrow(SessionOverError);
  otherTabStores('logto:console:idToken', 'header.payload.signature');
  await expect(auth.accessToken()).resolves.toBe('a token');
});

test('typed text is stored per user, and removed at sign-out', async () => {
  vi.spyOn(ConsoleClient.prototype, 'signOut').mockResolvedValue();
  typedText('ann', 'title').write('Q4');
  expect([typedText('ann', 'title').read(), typedText('bob', 'title').read()]).toEqual(['Q4', '']);
  typedText('ann', 'note').write('no');
  typedText('ann', 'note').write('');
  sessionStorage.setItem('other', 'stays');
  expect(Object.keys(sessionStorage)).toHaveLength(2);
  await createAuth(config).signOut();
  expect(Object.keys(sessionStorage)).toEqual(['other']);
});

test('a tab stays on its page while the user signs in again in another tab, but not after a sign-out', async () => {
  const idToken = 'logto:console:idToken';
  const [here, there] = [createAuth(config), createAuth(config)];
  const leave = vi.fn<() => void>();
  const stop = here.onPersonChange(leave);
  // Removes the token as the client does, but does not redirect.
  const redirect = (): Promise<void> => Promise.resolve(localStorage.removeItem(idToken));
  vi.spyOn(ConsoleClient.prototype, 'signIn').mockImplementation(redirect);
  vi.spyOn(ConsoleClient.prototype, 'signOut').mockImplementation(redirect);
  const signInAt = (payload: string): void => {
    localStorage.setItem(idToken, `header.${btoa(payload)}.signature`);
    otherTabStores(idToken, localStorage.getItem(idToken));
  };
  await there.signIn({});
  otherTabStores(idToken, null);
  expect([here.session.problem(), leave.mock.calls]).toEqual(['ended', []]);
  signInAt('{"sub":"u1"}');
  expect([here.session.problem(), leave.mock.calls.length]).toEqual([null, 1]);
  expect(await here.person()).toMatchObject({ key: 'u1' });

  await there.signOut();
  otherTabStores(idToken, null);
  expect([here.session.problem(), leave.mock.calls.length]).toEqual([null, 2]);
  signInAt('{"sub":"u1"}');
  await there.signIn({ asAnother: true });
  otherTabStores(idToken, null);
  expect([here.session.problem(), leave.mock.calls.length]).toEqual([null, 4]);
  stop();
});

test('in no tab does the next user start in the previous user’s organization', async () => {
  vi.spyOn(ConsoleClient.prototype, 'signOut').mockResolvedValue();
  const auth = createAuth(config);
  auth.activeOrganization.choose('acme');
  await auth.signOut();
  expect(createAuth(config).activeOrganization.get()).toBeNull();
  auth.activeOrganization.choose('acme');
  typedText('ann', 'title').write('Q4');
  const stop = auth.onPersonChange(() => {});
  otherTabStores('logto:console:idToken', null);
  expect(createAuth(config).activeOrganization.get()).toBeNull();
  expect(typedText('ann', 'title').read()).toBe('');
  stop();
});
