import axe from 'axe-core';
import { JSDOM, VirtualConsole } from 'jsdom';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { start } from './start.ts';
import { authorization, createBrowser, type Opened } from './testing/browser.ts';
import { seed, spa } from './testing/fixtures.ts';

const organizations = 'urn:logto:scope:organizations';

const logto = await start({
  seed: {
    ...seed,
    hooks: [{ id: 'hook', name: 'Hook', events: ['PostSignIn'], url: 'http://127.0.0.1:9/' }],
    applications: [
      ...seed.applications,
      {
        id: 'agent-app',
        name: 'Agent',
        type: 'Native',
        isThirdParty: true,
        redirectUris: ['http://localhost:5190/callback'],
        consentScopes: { userScopes: ['profile', organizations] },
      },
    ],
    signInExperience: { socialSignInConnectorTargets: ['google'] },
  },
});
await logto.signIn('ada');
await logto.settled();
afterAll(() => logto.close());

const results = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});

/** Contrast is not checked: that needs a rendering browser. */
async function violations(page: string): Promise<string[]> {
  const { window } = new JSDOM(page, { runScripts: 'outside-only', virtualConsole: new VirtualConsole() });
  window.eval(axe.source);
  const run: unknown = window.eval(`axe.run(document, { rules: { 'color-contrast': { enabled: false } } })`);
  const { violations: found } = results.parse(await run);
  window.close();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

const browser = () => createBrowser(logto.url);
const interaction = (parameters: Record<string, string>) =>
  browser().open(authorization(spa(logto.url), parameters).url);

test.each([
  {},
  { ui_locales: 'ko' },
  { first_screen: 'register' },
  { first_screen: 'reset_password' },
  { direct_sign_in: 'social:google' },
])('the sign-in page with %o is accessible', async (parameters) => {
  expect(await violations((await interaction(parameters)).text)).toEqual([]);
});

test.each(['en', 'ko'])('the consent page is accessible in %s', async (locale) => {
  const client = {
    endpoint: logto.url,
    clientId: 'agent-app',
    redirectUri: 'http://localhost:5190/callback',
  };
  const scope = `openid profile ${organizations}`;
  const own = browser();
  const page = await own.open(authorization(client, { scope, ui_locales: locale }).url);
  const { text } = await own.submit(page, '/sign-in', { identifier: 'ada', password: 'correct horse' });
  expect(text).toContain(`<html lang="${locale}">`);
  expect(text).toContain('Acme');
  expect(await violations(text)).toEqual([]);
});

async function signOut(): Promise<Opened> {
  const own = browser();
  await own.open(authorization(spa(logto.url), { emulator_user: 'bob' }).url);
  return own.open(`${logto.issuer}/session/end`);
}

test('error pages, second steps and final pages are accessible', async () => {
  const own = browser();
  const page = await own.open(authorization(spa(logto.url)).url);
  const pages = [
    await own.submit(page, '/sign-in', { identifier: 'ada', password: 'wrong' }),
    await own.submit(page, '/sign-in', { identifier: '', password: '' }),
    await own.open(`${logto.url}/register`, {
      method: 'POST',
      body: new URLSearchParams({ identifier: 'ada', password: 'x' }),
    }),
    await own.open(`${logto.url}/reset-password`, {
      method: 'POST',
      body: new URLSearchParams({ email: 'ada@example.test' }),
    }),
    await browser().open(`${logto.url}/sign-in`),
    await signOut(),
  ];
  for (const { url, text } of pages) expect([url, await violations(text)]).toEqual([url, []]); // oxlint-disable-line no-await-in-loop -- one window after the other
});

test.each([
  '/console',
  '/console/users',
  '/console/users/ada000000000',
  '/console/organizations',
  '/console/organizations/acme00000000',
  '/console/applications',
  '/console/hooks',
  '/console/hooks/hook',
  '/console/sessions',
  '/console/inbox',
  '/console/faults',
])('%s of the console is accessible', async (path) => {
  expect(await violations((await browser().open(logto.url + path)).text)).toEqual([]);
});
