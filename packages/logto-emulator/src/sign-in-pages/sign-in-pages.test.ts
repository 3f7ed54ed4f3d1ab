import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start, type Emulator } from '../start.ts';
import { authorization, createBrowser, requestToken } from '../testing/browser.ts';
import { seed, spa } from '../testing/fixtures.ts';
import { recordings, shapeOf } from '../testing/recordings.ts';
import { createReceiver, type Receiver } from '../testing/receiver.ts';

const signingKey = '8Cang8t1c7xbmwKDmvhUL0kysXVhYpBJ';
const userAgent = 'LogtoLab/1.0 (driver)';
let receiver: Receiver;
let logto: Emulator;
beforeEach(async () => {
  receiver = await createReceiver();
  const events = ['PostRegister', 'PostSignIn', 'User.Created'];
  logto = await start({
    seed: { ...seed, hooks: [{ id: 'hook', name: 'Hook', events, url: receiver.url, signingKey }] },
  });
});
afterEach(async () => {
  await logto.close();
  await receiver.close();
});

const open = async (parameters: Record<string, string> = {}, headers: Record<string, string> = {}) => {
  const browser = createBrowser(logto.url, { 'user-agent': userAgent, ...headers });
  const { url, verifier } = authorization(spa(logto.url), parameters);
  return { browser, page: await browser.open(url), verifier };
};

test('signing up creates a user and raises User.Created, then PostRegister, both signed', async () => {
  const { browser, page, verifier } = await open({ first_screen: 'register' });
  const { leaves } = await browser.submit(page, '/register', {
    identifier: 'carol',
    password: 'long enough',
  });
  const tokens = await requestToken(logto.url, {
    grant_type: 'authorization_code',
    client_id: 'spa-app',
    redirect_uri: spa(logto.url).redirectUri,
    code: leaves?.searchParams.get('code') ?? '',
    code_verifier: verifier,
  });
  expect(tokens.status).toBe(200);

  const [created, registered] = await receiver.arrived(2);
  const recorded = { created: recordings('User.Created')[0], registered: recordings('PostRegister')[0] };
  expect(created?.event['event']).toBe('User.Created');
  expect(shapeOf(created?.event)).toEqual(shapeOf(recorded.created?.event));
  expect(shapeOf(registered?.event)).toEqual(shapeOf(recorded.registered?.event));
  expect(registered?.event).toMatchObject({
    userAgent,
    application: { id: 'spa-app' },
    user: { username: 'carol', applicationId: null },
  });
  for (const { body, headers } of receiver.received) {
    const signature = createHmac('sha256', signingKey).update(body).digest('hex');
    expect(headers['logto-signature-sha-256']).toBe(signature);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['user-agent']).toBe('Logto (https://logto.io/)');
    expect(JSON.stringify(JSON.parse(body))).toBe(body);
  }
});

test("the recorded signatures equal the emulator's", () => {
  for (const { body, signature, key } of recordings()) {
    expect(createHmac('sha256', key).update(body).digest('hex')).toBe(signature);
  }
});

test('an email address as identifier is stored as the email', async () => {
  const { browser, page } = await open({ first_screen: 'register' });
  await browser.submit(page, '/register', { identifier: 'dan@example.test', password: 'long enough' });
  const [created] = await receiver.arrived(1);
  expect(created?.event['data']).toMatchObject({
    username: null,
    primaryEmail: 'dan@example.test',
    name: null,
  });
});

test('signing in raises PostSignIn and nothing else', async () => {
  const { browser, page } = await open();
  await browser.submit(page, '/sign-in', { identifier: 'bob', password: 'battery staple' });
  const [signedIn] = await receiver.arrived(1);
  expect(shapeOf(signedIn?.event, { applicationId: true })).toEqual(
    shapeOf(recordings('PostSignIn')[0]?.event, { applicationId: true }),
  );
  expect(signedIn?.event).toMatchObject({ event: 'PostSignIn', userId: 'bob000000000' });
  await logto.close();
  expect(receiver.received).toHaveLength(1);
  logto = await start({ seed });
});

test.each([
  [{ identifier: 'ada', password: 'wrong' }, 'Incorrect account or password'],
  [{ identifier: 'nobody', password: 'correct horse' }, 'Incorrect account or password'],
  [{ identifier: 'eve', password: 'suspended one' }, 'This account is suspended'],
  [{ identifier: '', password: 'x' }, 'Enter your username or email'],
  [{ identifier: 'ada', password: '' }, 'Enter your password'],
])('a refused sign-in shows the reason and the previous input: %o', async (fields, message) => {
  const { browser, page } = await open();
  const refused = await browser.submit(page, '/sign-in', fields);
  expect(refused.status).toBe(422);
  expect(refused.text).toContain(message);
  expect(refused.text).toContain(`value="${fields.identifier}"`);
  expect(refused.text).not.toContain(`value="correct horse"`);
});

test.each([
  [{ identifier: 'ada', password: 'long enough' }, 'This username is taken'],
  [{ identifier: 'Ada@Example.test', password: 'long enough' }, 'There is an account with this email'],
  [{ identifier: '1nvalid name', password: 'long enough' }, 'A username has letters'],
  [{ identifier: 'a@b', password: 'long enough' }, 'Enter a valid email address'],
  [{ identifier: 'fine', password: 'short' }, 'Choose a longer password'],
])('a refused sign-up shows the reason: %o', async (fields, message) => {
  const { browser, page } = await open({ first_screen: 'register' });
  const refused = await browser.submit(page, '/register', fields);
  expect([refused.status, refused.text.includes(message)]).toEqual([422, true]);
  expect(receiver.received).toHaveLength(0);
});

test.each([
  [{ identifier: 'ada', password: 'long enough' }, 'identifier'],
  [{ identifier: 'fine', password: 'short' }, 'password'],
  [{ identifier: 'ada', password: 'short' }, 'identifier'],
])('after a refused sign-up the focus is on the first wrong field: %o', async (fields, wrong) => {
  const { browser, page } = await open({ first_screen: 'register' });
  const refused = await browser.submit(page, '/register', fields);
  const focused = [...refused.text.matchAll(/<input[^>]*>/g)].filter(([input]) =>
    input.includes('autofocus'),
  );
  expect(focused.map(([input]) => /id="(\w+)"/.exec(input)?.[1])).toEqual([wrong]);
});

test('fields have labels, and autocomplete values for password managers', async () => {
  const { page } = await open();
  for (const [id, autocomplete] of [
    ['identifier', 'username'],
    ['password', 'current-password'],
  ]) {
    expect(page.text).toContain(`<label for="${id}">`);
    expect(page.text).toMatch(new RegExp(`<input[^>]*id="${id}"[^>]*autocomplete="${autocomplete}"`));
  }
});

test.each(['dan', 'dan.smith', '9lives', '_dan', 'dan@example.test', 'dan@example', 'dan smith'])(
  'the page checks a new identifier before it is sent, as the server does: %s',
  async (identifier) => {
    const { browser, page } = await open({ first_screen: 'register' });
    const pattern = /<input[^>]*id="identifier"[^>]*pattern="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const refused = await browser.submit(page, '/register', { identifier, password: '' });
    expect(new RegExp(`^(?:${pattern})$`, 'v').test(identifier)).toBe(
      !/id="identifier-error"/.test(refused.text),
    );
  },
);

test('the page uses the language that the application or the browser requests', async () => {
  expect((await open({ ui_locales: 'ko' })).page.text).toContain('<html lang="ko">');
  expect((await open({}, { 'accept-language': 'ko-KR,ko;q=0.9' })).page.text).toContain('비밀번호');
  expect((await open({ ui_locales: 'en' }, { 'accept-language': 'ko' })).page.text).toContain(
    '<html lang="en">',
  );
  expect((await open({}, { 'accept-language': 'fr' })).page.text).toContain('<html lang="en">');
});

test('a test account signs in with one click', async () => {
  const { browser, page } = await open();
  const { leaves } = await browser.submit(page, '/sign-in/as', { user: 'bob000000000' });
  expect(leaves?.searchParams.get('code')).toBeTruthy();
});

test('names of users are never interpreted as markup', async () => {
  const { browser, page } = await open();
  const refused = await browser.submit(page, '/sign-in', {
    identifier: '"><script>alert(1)</script>',
    password: 'x',
  });
  expect(refused.text).not.toContain('<script>alert(1)');
});

test('the page of an expired sign-in shows that it expired', async () => {
  const page = await createBrowser(logto.url).open(`${logto.url}/sign-in`);
  expect([page.status, page.text.includes('This sign-in is over')]).toEqual([200, true]);
});
