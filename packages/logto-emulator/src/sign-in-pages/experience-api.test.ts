import { afterEach, beforeEach, expect, test } from 'vitest';
import { start, type Emulator } from '../start.ts';
import { authorization, createBrowser, type Browser } from '../testing/browser.ts';
import { seed, spa, manager } from '../testing/fixtures.ts';
import { createReceiver } from '../testing/receiver.ts';

let logto: Emulator;
let browser: Browser;
beforeEach(async () => {
  logto = await start({ seed });
  browser = createBrowser(logto.url);
  await browser.open(authorization(spa(logto.url)).url);
});
afterEach(() => logto.close());

async function send(method: string, path: string, body?: unknown) {
  const response = await browser.fetch(`${logto.url}/api/experience${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  });
  const text = await response.text();
  return { status: response.status, body: Object(text.startsWith('{') ? JSON.parse(text) : {}) };
}

const credentials = (value: string, password: string) => ({
  identifier: { type: 'username', value },
  password,
});

type Way = readonly [interactionEvent: string, verification: string, given: object];
const ways: readonly Way[] = [
  ['SignIn', '/verification/password', credentials('ada', 'correct horse')],
  ['Register', '/verification/new-password-identity', credentials('grace', 'a long password')],
];
async function identify(...[interactionEvent, verification, given]: Way): Promise<void> {
  expect((await send('PUT', '', { interactionEvent })).status).toBe(204);
  const { verificationId } = (await send('POST', verification, given)).body;
  await send('POST', '/identification', { verificationId });
}

test.each(ways)("%s with a page of one's own", async (...way) => {
  await identify(...way);
  const { redirectTo } = (await send('POST', '/submit')).body;
  const { leaves } = await browser.open(redirectTo);
  expect(leaves?.searchParams.get('code')).toMatch(/^[\w-]{43}$/);
});

test.each(ways)('%s is 404 when the user is deleted before the submission', async (...way) => {
  await identify(...way);
  const manage = await manager(logto);
  for (const { id } of Object((await manage('GET', '/users')).body)) await manage('DELETE', `/users/${id}`); // oxlint-disable-line no-await-in-loop -- a few
  const { status, body } = await send('POST', '/submit');
  expect([status, body.code]).toEqual([404, 'entity.not_found']);
});

test('the identification creates the user, and only the submission raises PostRegister', async () => {
  const receiver = await createReceiver();
  const manage = await manager(logto);
  const events = ['User.Created', 'PostRegister'];
  await manage('POST', '/hooks', { name: 'Hook', events, config: { url: receiver.url } });
  await send('PUT', '', { interactionEvent: 'Register' });
  const given = credentials('grace', 'a long password');
  const { verificationId } = (await send('POST', '/verification/new-password-identity', given)).body;
  expect((await send('POST', '/identification', { verificationId })).status).toBe(201);
  const [created] = await receiver.arrived(1);
  expect(created?.event).toMatchObject({ event: 'User.Created', data: { lastSignInAt: null } });
  const path = `/users/${Object(created?.event['data']).id}`;
  const again = await send('POST', '/identification', { verificationId });
  expect([again.status, again.body.code]).toEqual([422, 'user.username_already_in_use']);

  await manage('PATCH', path, { name: 'Grace' });
  await send('POST', '/submit');
  const [, registered] = await receiver.arrived(2);
  expect(registered?.event).toMatchObject({ event: 'PostRegister', user: { name: 'Grace' } });
  expect((await manage('GET', path)).body).toMatchObject({ lastSignInAt: expect.any(Number) });
  await receiver.close();
});

test('a session shows how its user signed in', async () => {
  await identify('SignIn', '/verification/password', credentials('ada', 'correct horse'));
  await browser.open((await send('POST', '/submit')).body.redirectTo);
  const manage = await manager(logto);
  expect((await manage('GET', '/users/ada000000000/sessions')).body).toMatchObject({
    sessions: [
      {
        clientId: 'spa-app',
        lastSubmission: {
          interactionEvent: 'SignIn',
          userId: 'ada000000000',
          verificationRecords: [{ type: 'Password', identifier: { type: 'username', value: 'ada' } }],
        },
      },
    ],
  });
});

test('a wrong password, and a submission too early, are refused', async () => {
  await send('PUT', '', { interactionEvent: 'SignIn' });
  const wrong = await send('POST', '/verification/password', credentials('ada', 'wrong'));
  expect([wrong.status, wrong.body.code]).toEqual([422, 'session.invalid_credentials']);
  const early = await send('POST', '/submit');
  expect([early.status, early.body.code]).toEqual([404, 'session.identifier_not_found']);
});
