// @vitest-environment node
import { createServer, type Server } from 'node:http';
import * as z from 'zod/mini';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UserScope } from '@logto/browser';
import { createAuth } from './auth.ts';
import { ConsoleClient } from './logto.ts';
import { storedToken } from './stored-session.ts';

const originOf = (server: Server): string =>
  `http://localhost:${z.parse(z.object({ port: z.number() }), server.address()).port}`;

/** A token endpoint like Logto's: a refresh token can be used once; a second use ends the session. */
async function startLogto(): Promise<{
  url: string;
  requests: () => number;
  /** The organization of each request, in order. */
  organizations: (string | null)[];
  close: () => void;
}> {
  const organizations: (string | null)[] = [];
  let valid = 'refresh-0';
  let requests = 0;
  const server: Server = createServer((request, response) => {
    const origin = originOf(server);
    response.setHeader('content-type', 'application/json');
    if (request.url?.endsWith('openid-configuration') === true) {
      const endpoints = {
        issuer: `${origin}/oidc`,
        token_endpoint: `${origin}/oidc/token`,
        userinfo_endpoint: `${origin}/oidc/me`,
        jwks_uri: `${origin}/oidc/jwks`,
      };
      response.end(JSON.stringify(endpoints));
      return;
    }
    if (request.url?.endsWith('/me') === true) {
      const isRevoked = request.headers.authorization === 'Bearer access-1';
      response.statusCode = isRevoked ? 401 : 200;
      response.end(
        JSON.stringify(isRevoked ? { code: 'oidc.invalid_token', message: 'Invalid token.' } : { sub: 'u1' }),
      );
      return;
    }
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      requests += 1;
      organizations.push(new URLSearchParams(body).get('organization_id'));
      if (new URLSearchParams(body).get('refresh_token') !== valid) {
        valid = 'none';
        response.statusCode = 400;
        response.end(
          JSON.stringify({
            code: 'oidc.invalid_grant',
            message: 'Grant request is invalid.',
            error: 'invalid_grant',
          }),
        );
        return;
      }
      valid = `refresh-${requests}`;
      response.end(
        JSON.stringify({
          access_token: `access-${requests}`,
          refresh_token: valid,
          expires_in: 3600,
          scope: '',
        }),
      );
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: originOf(server),
    requests: () => requests,
    organizations,
    close: () => server.close(),
  };
}

/** Storage that all tabs of a browser share. */
function stubStorage(): void {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  vi.stubGlobal('window', {});
  vi.stubGlobal('localStorage', storage);
  vi.stubGlobal('sessionStorage', storage);
  items.set('logto:console:idToken', 'header.payload.signature');
  items.set('logto:console:refreshToken', 'refresh-0');
}

let logto: Awaited<ReturnType<typeof startLogto>>;
const openTab = (): ConsoleClient =>
  new ConsoleClient({
    endpoint: logto.url,
    appId: 'console',
    resources: ['api'],
    scopes: [UserScope.Organizations],
  });

beforeEach(async () => {
  stubStorage();
  logto = await startLogto();
});
afterEach(() => logto.close());

test('simultaneous calls share one token request', async () => {
  const tab = openTab();
  const tokens = await Promise.all([tab.tokenFor('api'), tab.tokenFor('api'), tab.tokenFor('api')]);
  expect(new Set(tokens)).toEqual(new Set(['access-1']));
  expect(logto.requests()).toBe(1);
});

test('requests tokens of several organizations sequentially, each once', async () => {
  const tab = openTab();
  const tokens = await Promise.all([
    tab.tokenFor('api'),
    tab.tokenFor('api', 'acme'),
    tab.tokenFor('api', 'acme'),
    openTab().tokenFor('api', 'globex'),
  ]);
  expect(tokens.toSorted()).toEqual(['access-1', 'access-2', 'access-2', 'access-3']);
  expect(logto.organizations).toEqual([null, 'acme', 'globex']);
});

test('two tabs that refresh simultaneously both get a token, and no refresh token is used twice', async () => {
  const tokens = await Promise.all([openTab().tokenFor('api'), openTab().tokenFor('api')]);
  expect(tokens.toSorted()).toEqual(['access-1', 'access-2']);
});

test('without the lock, two tabs that refresh simultaneously end the session', async () => {
  const tabs = [openTab(), openTab()];
  vi.spyOn(console, 'error').mockReturnValue();
  const outcomes = await Promise.allSettled(tabs.map((tab) => tab.getAccessToken('api')));
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
});

test('a tab whose token request hangs gives up, so that other tabs can continue', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const realFetch = fetch;
  vi.stubGlobal(
    'fetch',
    (_input: unknown, init: RequestInit) =>
      new Promise((_resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(new Error('Aborted')));
      }),
  );
  const hanging = openTab().tokenFor('api');
  hanging.catch(() => {}); // Handled below.
  await vi.waitUntil(() => vi.getTimerCount() > 0);
  vi.advanceTimersByTime(15_000);
  vi.useRealTimers();
  await expect(hanging).rejects.toThrow('Aborted');
  vi.stubGlobal('fetch', realFetch);
  expect(await openTab().tokenFor('api')).toBe('access-1');
});

test('reads the user again with a new token if Logto has revoked the last one', async () => {
  vi.spyOn(console, 'error').mockReturnValue();
  expect(await openTab().userInfo()).toEqual({ sub: 'u1' });
  expect(logto.requests()).toBe(2);
});

test('does not return a token that the API has rejected', async () => {
  const tab = openTab();
  expect(await tab.tokenFor('api')).toBe('access-1');
  expect(await tab.tokenFor('api')).toBe('access-1');
  tab.forgetToken();
  expect(await tab.tokenFor('api')).toBe('access-2');
});

test('reads a token from storage without the client, until it expires or the API rejects it', async () => {
  vi.stubGlobal('addEventListener', () => {});
  const { url: endpoint } = logto;
  expect(storedToken('console', { resource: 'api', organization: null })).toBeNull();
  const tokens = await Promise.all([openTab().tokenFor('api'), openTab().tokenFor('api', 'acme')]);
  expect(
    [null, 'acme', 'globex'].map((organization) => storedToken('console', { resource: 'api', organization })),
  ).toContain(tokens[1]);
  expect(storedToken('another', { resource: 'api', organization: 'acme' })).toBeNull();

  const auth = createAuth({ logto: { endpoint, appId: 'console' }, apiResource: 'api' });
  auth.activeOrganization.choose('acme');
  const load = vi.spyOn(ConsoleClient.prototype, 'tokenFor');
  expect(await auth.accessToken()).toBe(tokens[1]);
  expect(load).not.toHaveBeenCalled();
  // Both queries of a page had the rejected token.
  auth.forgetAccessToken();
  const renewed = await Promise.all([auth.accessToken(), auth.accessToken()]);
  expect(renewed).toEqual(['access-3', 'access-3']);
  expect(await auth.accessToken()).toBe('access-3');
  expect(logto.requests()).toBe(3);

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_601_000 });
  expect(storedToken('console', { resource: 'api', organization: 'acme' })).toBeNull();
  vi.useRealTimers();
  for (const broken of ['', '[]', '{"@api#acme":{}}', 'null']) {
    localStorage.setItem('logto:console:accessToken', broken);
    expect(storedToken('console', { resource: 'api', organization: 'acme' })).toBeNull();
  }
});
