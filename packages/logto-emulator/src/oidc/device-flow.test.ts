import { afterEach, beforeEach, expect, test } from 'vitest';
import { start, type Emulator } from '../start.ts';
import { createBrowser } from '../testing/browser.ts';

let logto: Emulator;
beforeEach(async () => {
  logto = await start({
    seed: {
      applications: [
        {
          id: 'television',
          name: 'Television',
          type: 'Native',
          customClientMetadata: { isDeviceFlow: true },
        },
        { id: 'mobile', name: 'Mobile', type: 'Native', redirectUris: ['mobile.example:/callback'] },
        { id: 'page', name: 'Page', type: 'SPA', redirectUris: ['http://localhost:5173/callback'] },
      ],
      users: [{ username: 'ada', password: 'correct horse' }],
    },
  });
});
afterEach(() => logto.close());

async function post(path: string, fields: Record<string, string>): Promise<Record<string, unknown>> {
  const response = await fetch(`${logto.issuer}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  return Object(await response.json());
}

test('a device gets tokens after its user has entered the code and signed in', async () => {
  const scope = 'openid offline_access profile';
  const device = await post('/device/auth', { client_id: 'television', scope });
  const poll = () =>
    post('/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: 'television',
      device_code: String(device['device_code']),
    });
  expect(await poll()).toMatchObject({ error: 'authorization_pending' });

  const browser = createBrowser(logto.url);
  const uri = String(device['verification_uri']);
  const wrong = await browser.submit(await browser.open(uri), `${logto.issuer}/device`, {
    user_code: 'WRONG',
  });
  expect(wrong.text).toContain('This code is not valid');
  const page = await browser.open(String(device['verification_uri_complete']));
  const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page.text) ?? [];
  const entered = await browser.open(uri, {
    method: 'POST',
    body: new URLSearchParams({ xsrf, user_code: String(device['user_code']), confirm: 'yes' }),
  });
  const done = await browser.submit(entered, '/sign-in', { identifier: 'ada', password: 'correct horse' });
  expect(done.text).toContain('You are signed in on the device');
  expect(await poll()).toMatchObject({ token_type: 'Bearer', id_token: expect.any(String) });
});

test.each(['page', 'mobile'])(
  '%s cannot use the device flow, because it was created without',
  async (client_id) => {
    expect(await post('/device/auth', { client_id })).toMatchObject({ error: 'invalid_request' });
  },
);

test('an application with the device flow cannot use other flows', async () => {
  const code = { grant_type: 'authorization_code', code: 'x', redirect_uri: 'tv.example:/callback' };
  expect(await post('/token', { ...code, client_id: 'television' })).toMatchObject({
    error_description: 'requested grant type is not allowed for this client',
  });
  expect(await post('/token', { ...code, client_id: 'mobile' })).toMatchObject({ error: 'invalid_grant' });
});
