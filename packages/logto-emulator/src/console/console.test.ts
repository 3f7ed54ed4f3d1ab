import { afterEach, beforeEach, expect, test } from 'vitest';
import { start, type Emulator } from '../start.ts';
import { authorization, createBrowser, type Browser } from '../testing/browser.ts';
import { seed, spa, manager } from '../testing/fixtures.ts';
import { createReceiver, type Receiver } from '../testing/receiver.ts';
import { hookEvents } from '../webhooks/events.ts';

let receiver: Receiver;
let logto: Emulator;
let browser: Browser;
beforeEach(async () => {
  receiver = await createReceiver();
  logto = await start({
    seed: { ...seed, hooks: [{ id: 'hook', name: 'Main hook', events: [...hookEvents], url: receiver.url }] },
  });
  browser = createBrowser(logto.url);
});
afterEach(async () => {
  await logto.close();
  await receiver.close();
});

const open = (path: string) => browser.open(`${logto.url}${path}`);
const press = (path: string, fields: Record<string, string> = {}) =>
  browser.open(`${logto.url}${path}`, { method: 'POST', body: new URLSearchParams(fields) });

test('every page shows its data', async () => {
  await logto.signIn('ada');
  await logto.settled();
  const expected = {
    '/console': `${logto.url}/oidc`,
    '/console/users': 'ada@example.test',
    '/console/users?q=bob': 'bob',
    '/console/users/ada000000000': 'org-admin',
    '/console/organizations': 'Acme',
    '/console/organizations/acme00000000': 'ada@example.test',
    '/console/applications': 'm2m-secret',
    '/console/hooks': 'Main hook',
    '/console/hooks/hook': 'PostSignIn',
    '/console/sessions': 'Ada',
    '/console/inbox': 'Empty',
    '/console/faults': 'No faults',
  };
  for (const [path, text] of Object.entries(expected)) {
    const page = await open(path); // oxlint-disable-line no-await-in-loop -- one after the other is fine
    expect([path, page.status, page.text.includes(text)]).toEqual([path, 200, true]);
  }
  expect((await open('/console/users?q=bob')).text).not.toContain('ada@example.test');
  for (const path of [
    '/console/users/nobody',
    '/console/hooks/none',
    '/console/deliveries/none',
    '/console/organizations/none',
  ]) {
    expect((await open(path)).status).toBe(404); // oxlint-disable-line no-await-in-loop
  }
});

test('a delivery can be read and sent again, with a valid signature', async () => {
  const manage = await manager(logto);
  await manage('POST', '/users', { username: 'fresh' });
  await receiver.arrived(1);
  await logto.settled();
  const [, id] =
    /\/console\/deliveries\/([a-z0-9]{21})"/.exec((await open('/console/hooks/hook')).text) ?? [];
  const page = await open(`/console/deliveries/${id}`);
  expect(page.text).toContain('logto-signature-sha-256: ');
  expect(page.text).toContain('&quot;username&quot;:&quot;fresh&quot;');
  expect((await press(`/console/deliveries/${id}/resend`)).text).toContain('was sent again');
  const [first, second] = await receiver.arrived(2);
  expect(second?.body).toBe(first?.body);
  expect(second?.headers['logto-signature-sha-256']).toBe(first?.headers['logto-signature-sha-256']);
});

test('a test event is sent, and its failure is shown', async () => {
  expect((await press('/console/hooks/hook/test', { event: 'User.Deleted' })).text).toContain(
    'sent and accepted',
  );
  expect(receiver.received[0]?.event).toMatchObject({ event: 'User.Deleted', data: { result: 'success' } });
  const manage = await manager(logto);
  await manage('PATCH', '/hooks/hook', { config: { url: 'http://127.0.0.1:9/' } });
  expect((await press('/console/hooks/hook/test', { event: 'User.Deleted' })).text).toContain(
    'Failed to send test payload',
  );
});

test('one click signs the browser in, and the application gets its response without a page', async () => {
  expect((await press('/console/users/bob000000000/sign-in')).text).toContain('signed in as bob');
  const { leaves } = await browser.open(authorization(spa(logto.url)).url);
  expect(leaves?.searchParams.get('code')).toBeTruthy();
  const [, session] = /\/console\/sessions\/([^/"]+)\/end/.exec((await open('/console/sessions')).text) ?? [];
  await press(`/console/sessions/${session}/end`);
  expect((await browser.open(authorization(spa(logto.url)).url)).text).toContain('action="/sign-in');
});

test('suspending and restoring a user raises the same events as the Management API', async () => {
  await press('/console/users/bob000000000/suspension');
  await press('/console/users/bob000000000/suspension');
  const [first, second] = await receiver.arrived(2);
  expect([first?.event, second?.event].map((event) => Object(event?.['data']).isSuspended)).toEqual([
    true,
    false,
  ]);
  expect(first?.event).toMatchObject({ method: 'PATCH', matchedRoute: '/users/:userId/is-suspended' });
});

test('faults can be cleared, and everything can be reset', async () => {
  logto.addFault({ path: '/api/users', status: 500 });
  expect((await open('/console/faults')).text).toContain('/api/users');
  await press('/console/faults/clear');
  expect((await open('/console/faults')).text).toContain('No faults');
  await press('/console/users/bob000000000/suspension');
  await press('/console/reset');
  expect((await open('/console/users/bob000000000')).text).toContain('Active');
});

test("pages of other origins cannot submit the console's forms", async () => {
  for (const path of ['/console/reset', '/_emulator/reset']) {
    for (const [site, status] of [
      ['cross-site', 403],
      ['same-site', 403],
    ] as const) {
      const response = await fetch(`${logto.url}${path}`, {
        method: 'POST',
        headers: { 'sec-fetch-site': site },
        redirect: 'manual',
      }); // oxlint-disable-line no-await-in-loop
      expect(response.status).toBe(status);
    }
  }
});
