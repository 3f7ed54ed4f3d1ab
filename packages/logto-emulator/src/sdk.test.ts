import NodeClient, { type Storage, type PersistKey } from '@logto/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { start, type Emulator } from './start.ts';
import { createBrowser } from './testing/browser.ts';
import { api, seed, spa } from './testing/fixtures.ts';

let logto: Emulator;
beforeAll(async () => {
  logto = await start({ seed });
});
afterAll(() => logto.close());

function memory(): Storage<PersistKey> {
  const items = new Map<string, string>();
  return {
    getItem: async (key) => items.get(key) ?? null,
    setItem: async (key, value) => void items.set(key, value),
    removeItem: async (key) => void items.delete(key),
  };
}

test("Logto's own SDK signs in, gets every kind of token, and signs out", async () => {
  let address = '';
  const config = {
    endpoint: logto.url,
    appId: 'spa-app',
    resources: [api],
    scopes: ['email', 'roles', 'urn:logto:scope:organizations', 'read:things'],
  };
  const client = new NodeClient(config, { storage: memory(), navigate: (url) => void (address = url) });

  const browser = createBrowser(logto.url);
  await client.signIn({ redirectUri: spa(logto.url).redirectUri });
  const page = await browser.open(address);
  const { leaves } = await browser.submit(page, '/sign-in', { identifier: 'ada', password: 'correct horse' });
  await client.handleSignInCallback(leaves?.href ?? '');

  expect(await client.isAuthenticated()).toBe(true);
  expect(await client.getIdTokenClaims()).toMatchObject({
    sub: 'ada000000000',
    username: 'ada',
    roles: ['reader'],
  });
  expect(await client.fetchUserInfo()).toMatchObject({ sub: 'ada000000000', email: 'ada@example.test' });
  expect(await client.getAccessTokenClaims(api)).toMatchObject({ aud: api, scope: 'read:things' });
  expect(await client.getOrganizationTokenClaims('acme00000000')).toMatchObject({
    aud: 'urn:logto:organization:acme00000000',
  });
  const scoped = await client.getAccessToken(api, 'acme00000000');
  expect(JSON.parse(atob(scoped.split('.')[1] ?? ''))).toMatchObject({
    aud: api,
    organization_id: 'acme00000000',
  });

  await client.signOut('http://localhost:5173');
  expect(new URL(address).pathname).toBe('/oidc/session/end');
  expect(await client.isAuthenticated()).toBe(false);
});
