import { listen } from '@latchkey/emulator-kit';
import { handleAuthRoutes, withLogto } from '@logto/express';
import NodeClient, { type Storage, type PersistKey } from '@logto/node';
import express from 'express';
import session from 'express-session';
import { afterAll, expect, test } from 'vitest';
import { start } from './start.ts';
import { createBrowser } from './testing/browser.ts';
import { api, seed, spa, manager } from './testing/fixtures.ts';

const logto = await start({ seed });
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

const app = express();
const site = await listen(app, { port: 0 });
const config = {
  endpoint: logto.url,
  appId: 'web-app',
  appSecret: 'web-secret',
  baseUrl: site.url,
  resources: [api],
  scopes: ['roles', 'read:things'],
  getAccessToken: true,
  resource: api,
};
app.use(session({ secret: 'secret', resave: false, saveUninitialized: true }));
app.use(handleAuthRoutes(config));
app.get('/me', withLogto(config), (request, response) => {
  response.json(Reflect.get(request, 'user'));
});
const manage = await manager(logto);
await manage('PATCH', '/applications/web-app', {
  oidcClientMetadata: {
    redirectUris: [`${site.url}/logto/sign-in-callback`],
    postLogoutRedirectUris: [site.url],
  },
});
afterAll(() => site.close());

test("a site with Logto's Express SDK signs users in and out", async () => {
  const atSite = createBrowser(site.url);
  const atLogto = createBrowser(logto.url);
  const me = async () => JSON.parse((await atSite.open(`${site.url}/me`)).text);
  expect(await me()).toMatchObject({ isAuthenticated: false });

  const redirect = await atSite.open(`${site.url}/logto/sign-in`);
  const page = await atLogto.open(redirect.leaves?.href ?? '');
  const back = await atLogto.submit(page, '/sign-in', { identifier: 'ada', password: 'correct horse' });
  await atSite.open(back.leaves?.href ?? '');
  expect(await me()).toMatchObject({
    isAuthenticated: true,
    claims: { sub: 'ada000000000', aud: 'web-app', roles: ['reader'] },
    scopes: ['read:things'],
  });

  const out = await atSite.open(`${site.url}/logto/sign-out`);
  expect(out.leaves?.pathname).toBe('/oidc/session/end');
  expect(await me()).toMatchObject({ isAuthenticated: false });
});
