import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { start, type Emulator } from '../start.ts';
import { authorization, createBrowser, type Browser, type Opened } from '../testing/browser.ts';
import { seed, spa, idOf, manager, type Manage } from '../testing/fixtures.ts';
import { createReceiver, type Receiver } from '../testing/receiver.ts';
import { hookEvents } from '../webhooks/events.ts';

let receiver: Receiver;
let logto: Emulator;
let manage: Manage;
beforeEach(async () => {
  receiver = await createReceiver();
  logto = await start({
    seed: {
      ...seed,
      hooks: [{ name: 'Hook', events: [...hookEvents], url: receiver.url }],
      connectors: [{ connectorId: 'simple-mail-transfer-protocol' }],
      signInExperience: {
        socialSignInConnectorTargets: ['google'],
        sentinelPolicy: { maxAttempts: 3, lockoutDuration: 10 },
      },
    },
  });
  manage = await manager(logto);
});
afterEach(async () => {
  await logto.close();
  await receiver.close();
});

const events = () => receiver.received.map(({ event }) => event['event']);
const open = async (parameters: Record<string, string> = {}): Promise<[Browser, Opened]> => {
  const browser = createBrowser(logto.url);
  return [browser, await browser.open(authorization(spa(logto.url), parameters).url)];
};
const mail = z.array(z.object({ recipient: z.string(), kind: z.string(), content: z.string() }));
const inbox = async () => mail.parse(await (await fetch(`${logto.url}/_emulator/messages`)).json());

test('too many failures lock an identifier, even for the right password, and each further attempt raises an event', async () => {
  const [browser, page] = await open();
  const attempt = (password: string) => browser.submit(page, '/sign-in', { identifier: 'ada', password });
  expect((await attempt('wrong')).text).toContain('Incorrect account or password');
  expect((await attempt('wrong')).text).toContain('Incorrect account or password');
  expect((await attempt('wrong')).text).toContain('Too many attempts');
  expect((await attempt('correct horse')).text).toContain('Too many attempts');
  const [first] = await receiver.arrived(2);
  expect(events()).toEqual(['Identifier.Lockout', 'Identifier.Lockout']);
  expect(Object.keys(Object(first?.event))).toEqual([
    'event',
    'createdAt',
    'interactionEvent',
    'userAgent',
    'applicationId',
    'sessionId',
    'ip',
    'application',
    'type',
    'value',
    'hookId',
  ]);
  expect(first?.event).toMatchObject({ type: 'username', value: 'ada', interactionEvent: 'SignIn' });
  logto.setClock(11 * 60 * 1000);
  const [later, again] = await open();
  logto.setClock(2 * 60 * 60 * 1000);
  const fresh = await later.open(authorization(spa(logto.url)).url);
  expect(again.text).toContain('action="/sign-in');
  const { leaves } = await later.submit(fresh, '/sign-in', { identifier: 'ada', password: 'correct horse' });
  expect(leaves?.searchParams.get('code')).toBeTruthy();
});

test('a forgotten password is reset with the code from the inbox', async () => {
  const [browser, page] = await open({ first_screen: 'reset_password' });
  const asked = await browser.submit(page, '/reset-password', { email: 'ada@example.test' });
  const [message] = await inbox();
  expect(message).toMatchObject({
    recipient: 'ada@example.test',
    kind: 'ForgotPassword',
    content: expect.stringMatching(/^\d{6}$/),
  });
  const code = message?.content ?? '';
  expect(asked.text).toContain(code);
  const confirm = (fields: Record<string, string>) =>
    browser.submit(asked, '/reset-password/confirm', {
      email: 'ada@example.test',
      code,
      password: 'brand new one',
      ...fields,
    });
  expect((await confirm({ code: '000000' })).text).toContain('That is not the code');
  expect((await confirm({ password: 'short' })).text).toContain('Choose a longer password');
  const done = await confirm({});
  expect(done.text).toContain('Your password is changed');
  const { leaves } = await browser.submit(done, '/sign-in', { identifier: 'ada', password: 'brand new one' });
  expect(leaves?.searchParams.get('code')).toBeTruthy();
  await receiver.arrived(3);
  expect(new Set(events())).toEqual(new Set(['PostResetPassword', 'PostSignIn', 'User.Data.Updated']));
  const reset = receiver.received.find(({ event }) => event['event'] === 'PostResetPassword')?.event;
  expect(reset).toMatchObject({ interactionEvent: 'ForgotPassword', userId: 'ada000000000' });
});

test('no page reveals whether an account exists; only the inbox does', async () => {
  const [browser, page] = await open({ first_screen: 'reset_password' });
  const asked = await browser.submit(page, '/reset-password', { email: 'nobody@example.test' });
  expect(asked.status).toBe(200);
  expect(asked.text).toContain('No mail was sent');
  expect(await inbox()).toEqual([]);
});

test('too many codes to one address are refused, and raise an event', async () => {
  const [browser, page] = await open({ first_screen: 'reset_password' });
  const ask = () => browser.submit(page, '/reset-password', { email: 'ada@example.test' });
  for (let count = 0; count < 10; count += 1) expect((await ask()).status).toBe(200); // oxlint-disable-line no-await-in-loop -- one after the other
  expect((await ask()).text).toContain('Too many codes');
  const [limited] = await receiver.arrived(1);
  expect(limited?.event).toMatchObject({
    event: 'Message.RateLimited',
    action: 'VerificationCodeSend',
    recipient: 'ada@example.test',
  });
});

test('a social provider signs up, signs in, and links by email', async () => {
  const [browser, page] = await open();
  expect(page.text).toContain('Continue with Google');
  const social = (target: Opened, email: string, name: string) =>
    browser.submit(target, '/direct/social/google', { email, name });
  const provider = await browser.open(
    new URL(`/direct/social/google${new URL(page.url).search}`, page.url).href,
  );
  const { leaves } = await social(provider, 'gil@gmail.test', 'Gil');
  expect(leaves?.searchParams.get('code')).toBeTruthy();
  await receiver.arrived(2);
  expect(events()).toEqual(['User.Created', 'PostRegister']);
  const [user] = Object((await manage('GET', '/users?search.primaryEmail=gil@gmail.test')).body);
  expect(user).toMatchObject({
    name: 'Gil',
    username: null,
    hasPassword: false,
    identities: { google: { details: { email: 'gil@gmail.test' } } },
  });

  const [second, direct] = await open({ direct_sign_in: 'social:google' });
  expect(direct.text).toContain('gil@gmail.test');
  await second.submit(direct, '/direct/social/google', { email: 'gil@gmail.test' });
  await receiver.arrived(3);
  expect(events()[2]).toBe('PostSignIn');

  const [, fallback] = await open({ direct_sign_in: 'social:unknown', first_screen: 'register' });
  expect(new URL(fallback.url).pathname).toBe('/register');

  const [third, link] = await open({ direct_sign_in: 'social:google' });
  await third.submit(link, '/direct/social/google', { email: 'ada@example.test' });
  await receiver.arrived(5);
  expect(new Set(events().slice(3))).toEqual(new Set(['PostSignIn', 'User.Data.Updated']));
});

test('an invitation creates a member, and an account when there is none', async () => {
  const roleId = Object((await manage('GET', '/organization-roles')).body)[0].id;
  const id = idOf(
    await manage('POST', '/organization-invitations', {
      organizationId: 'acme00000000',
      invitee: 'ivy@example.test',
      expiresAt: Date.now() + 60_000,
      organizationRoleIds: [roleId],
      messagePayload: {},
    }),
  );
  const [mail] = await inbox();
  expect(mail?.content).toBe(`${logto.url}/invitations/${id}`);
  const browser = createBrowser(logto.url);
  const page = await browser.open(mail?.content ?? '');
  expect(page.text).toContain('Join Acme');
  const short = await browser.open(page.url, {
    method: 'POST',
    body: new URLSearchParams({ password: 'short' }),
  });
  expect(short.text).toContain('Choose a longer password');
  const joined = await browser.open(page.url, {
    method: 'POST',
    body: new URLSearchParams({ password: 'long enough' }),
  });
  expect(joined.text).toContain('The invitation is accepted');
  await receiver.arrived(2);
  const membership = receiver.received.find(
    ({ event }) => event['event'] === 'Organization.Membership.Updated',
  )?.event;
  expect(membership).toMatchObject({
    path: `/organization-invitations/${id}/status`,
    matchedRoute: '/organization-invitations/:id/status',
    organizationId: 'acme00000000',
    addedUserIds: [expect.stringMatching(/^[a-z0-9]{12}$/)],
  });
  const members = Object((await manage('GET', '/organizations/acme00000000/users?q=ivy')).body);
  expect(members).toMatchObject([
    { primaryEmail: 'ivy@example.test', organizationRoles: [{ name: 'org-admin' }] },
  ]);
});

test("a sign-up with an email of an organization's domain creates a membership", async () => {
  const [role] = Object((await manage('GET', '/organization-roles')).body);
  const domains = '/organizations/acme00000000/jit/email-domains';
  expect((await manage('POST', domains, { emailDomain: 'acme.test' })).status).toBe(201);
  expect((await manage('GET', domains)).body).toMatchObject([
    { organizationId: 'acme00000000', emailDomain: 'acme.test' },
  ]);
  await manage('PUT', '/organizations/acme00000000/jit/roles', { organizationRoleIds: [role.id] });
  const [browser, page] = await open({ first_screen: 'register' });
  await browser.submit(page, '/register', { identifier: 'kim@acme.test', password: 'long enough' });
  await receiver.arrived(3);
  expect(new Set(events())).toEqual(
    new Set(['Organization.Membership.Updated', 'User.Created', 'PostRegister']),
  );
  const update = receiver.received.find(
    ({ event }) => event['event'] === 'Organization.Membership.Updated',
  )?.event;
  expect(update).toMatchObject({
    interactionEvent: 'Register',
    applicationId: 'spa-app',
    organizationId: 'acme00000000',
  });
  const members = Object((await manage('GET', '/organizations/acme00000000/users?q=kim')).body);
  expect(members).toMatchObject([
    { primaryEmail: 'kim@acme.test', organizationRoles: [{ name: 'org-admin' }] },
  ]);
});

test('when sign-up is closed, no page leads to it', async () => {
  await manage('PATCH', '/sign-in-exp', { signInMode: 'SignIn' });
  const [browser, page] = await open();
  expect(page.text).not.toContain('Create account');
  const [, closed] = await open({ first_screen: 'register' });
  expect(closed.text).toContain('New accounts are not being created here');
  const forced = await browser.open(`${logto.url}/register`, {
    method: 'POST',
    body: new URLSearchParams({ identifier: 'sly', password: 'long enough' }),
  });
  expect(forced.status).toBe(422);
});

test('a long absence triggers adaptive MFA when it is enabled', async () => {
  await manage('PATCH', '/sign-in-exp', { adaptiveMfa: { enabled: true } });
  await logto.signIn('ada');
  logto.setClock(40 * 24 * 60 * 60 * 1000);
  await logto.signIn('ada');
  await receiver.arrived(3);
  const triggered = receiver.received.find(
    ({ event }) => event['event'] === 'PostSignInAdaptiveMfaTriggered',
  )?.event;
  expect(triggered).toMatchObject({
    userId: 'ada000000000',
    adaptiveMfaResult: {
      requiresMfa: true,
      triggeredRules: [{ rule: 'long_inactivity', details: { thresholdDays: 30 } }],
    },
  });
});

test('a login hint fills in the identifier', async () => {
  const [, page] = await open({ login_hint: 'ada@example.test' });
  expect(page.text).toContain('value="ada@example.test"');
});
