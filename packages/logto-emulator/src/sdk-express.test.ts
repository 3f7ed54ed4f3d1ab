import { listen, type Listening } from '@latchkey/emulator-kit';
import { handleAuthRoutes, withLogto } from '@logto/express';
import express from 'express';
import session from 'express-session';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { start, type Emulator } from './start.ts';
import { createBrowser } from './testing/browser.ts';
import { api, seed } from './testing/fixtures.ts';
import { manager } from './testing/management.ts';

let logto: Emulator;
let site: Listening;
beforeAll(async () => {
  logto = await start({ seed });
  const app = express();
  site = await listen(app, { port: 0 });
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
});
afterAll(async () => {
  await site.close();
  await logto.close();
});

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
