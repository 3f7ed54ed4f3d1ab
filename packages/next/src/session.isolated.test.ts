import { defineDirectoryMapping } from '@latchkey/directory-sync';
import { createWebhookHandler } from '@latchkey/directory-sync/fetch';
import {
  idOf,
  m2m,
  startEmulators,
  startPermitEmulator,
  type StartedEmulators,
} from '@latchkey/directory-sync/testing';
import { definePolicy } from '@latchkey/permissions';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createLatchkey, type LatchkeyOptions } from './create-latchkey.ts';
import { reportSignIn } from './logto-session.ts';

const jar = vi.hoisted(() => new Map<string, string>());
vi.mock('next/headers', () => ({
  cookies: async () => ({
    get: (name: string) => (jar.has(name) ? { name, value: jar.get(name) } : undefined),
    set: (name: string, value: string) => void jar.set(name, value),
  }),
}));

const policy = definePolicy({
  resources: { reports: { actions: ['view'] } },
  roles: { viewer: { permissions: ['reports:view'] } },
  defaultRole: 'viewer',
});
const baseUrl = 'http://app.example';
const callbackUrl = `${baseUrl}/auth/callback`;
const person = { username: 'ann', password: 'correct horse battery' };
let emulators: StartedEmulators;
let ann: string;

beforeAll(async () => {
  const web = {
    id: 'web',
    name: 'Site',
    type: 'Traditional' as const,
    secret: 'secret of the app',
    redirectUris: [callbackUrl],
    postLogoutRedirectUris: [baseUrl],
  };
  emulators = await startEmulators({ policy, logtoSeed: { applications: [web] } });
  ann = idOf(await emulators.manage('POST', '/users', person));
  const { logto, permit } = emulators;
  const env = {
    BASE_URL: `${baseUrl}//`,
    COOKIE_SECRET: 'a secret of the tests, of more than 32 characters',
    LOGTO_ENDPOINT: logto.endpoint,
    LOGTO_APP_ID: web.id,
    LOGTO_APP_SECRET: web.secret,
    LOGTO_WEBHOOK_SIGNING_KEY: 'the signing key of the webhook',
    LOGTO_M2M_APP_ID: m2m.appId,
    LOGTO_M2M_APP_SECRET: m2m.appSecret,
    PERMIT_API_KEY: permit.apiKey,
    PERMIT_API_URL: permit.apiUrl,
    PERMIT_PDP_URL: permit.pdpUrl,
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulators[Symbol.asyncDispose]();
});
beforeEach(() => jar.clear());

const app = (options: Partial<LatchkeyOptions<typeof policy>> = {}) =>
  createLatchkey({ policy, path: '/auth', ...options });
type App = ReturnType<typeof app>;

const callback = ({ handlers }: App, url: string) =>
  handlers.GET(new Request(url), { params: Promise.resolve({ path: ['callback'] }) });

async function redirectOf(action: Promise<never>): Promise<string> {
  const { digest } = Object(await action.catch((error: unknown) => error));
  return /^NEXT_REDIRECT;[a-z]+;(.*);307;$/.exec(String(digest))?.[1] ?? '';
}

/** On Logto's pages, like a browser. Returns the URL that Logto redirects to. */
async function signInAtLogto(url: string): Promise<string> {
  const cookies = new Map<string, string>();
  const open = async (target: URL, body?: URLSearchParams): Promise<URL> => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(target, {
      redirect: 'manual',
      headers: { cookie, accept: 'text/html' },
      ...(body && { method: 'POST', body }),
    });
    for (const header of response.headers.getSetCookie()) {
      const [name = '', value = ''] = header.split(';')[0]?.split('=') ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const next = location === null ? target : new URL(location, target);
    return location === null || next.origin !== target.origin ? next : open(next);
  };
  const { origin, search } = await open(new URL(url));
  const form = new URLSearchParams({ identifier: person.username, password: person.password });
  return (await open(new URL(`/sign-in${search}`, origin), form)).href;
}

test('a sign-in at Logto creates a session with permissions, and returns to the page that started it', async () => {
  const latchkey = app();
  expect(await latchkey.visitor()).toBeUndefined();
  const atLogto = await redirectOf(latchkey.signIn('/reports?page=2'));
  const back = await signInAtLogto(atLogto);
  expect(back.startsWith(`${callbackUrl}?`)).toBe(true);
  // A proxy forwards the request with another address.
  const answer = await callback(latchkey, back.replace(baseUrl, 'http://10.0.0.1:3000'));
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe(`${baseUrl}/reports?page=2`);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(await latchkey.visitor()).toMatchObject({ subject: ann, tenant: 'default', claims: { sub: ann } });
  expect(await latchkey.permissions.can('reports:view')).toBe(true);
});

test('the first page waits for the PDP, even if another instance created the user and another one renders it', async () => {
  await using permit = await startPermitEmulator(policy, { propagationDelay: 1_000 });
  vi.stubEnv('PERMIT_API_URL', permit.connection.apiUrl);
  vi.stubEnv('PERMIT_PDP_URL', permit.connection.pdpUrl);
  onTestFinished(() => {
    vi.stubEnv('PERMIT_API_URL', emulators.permit.apiUrl);
    vi.stubEnv('PERMIT_PDP_URL', emulators.permit.pdpUrl);
  });
  const latchkey = app();
  const back = await signInAtLogto(await redirectOf(latchkey.signIn()));
  const signingKey = 'the signing key of another instance';
  const other = createWebhookHandler({
    signingKey,
    logto: emulators.logto,
    permit: permit.connection,
    mapping: defineDirectoryMapping(policy, {}),
  });
  await reportSignIn(ann, { handle: other, url: `${baseUrl}/webhook`, signingKey });
  expect((await callback(latchkey, back)).headers.get('location')).toBe(`${baseUrl}/`);
  expect(await app().permissions.can('reports:view')).toBe(true);
});

test('while the PDP is down, a sign-in completes, and the first page is an outage', async () => {
  const { faults } = emulators.emulators.permit;
  onTestFinished(() => faults.clear());
  for (const path of ['/allowed*', '/user-permissions']) faults.add({ path, status: 503 });
  const latchkey = app();
  const answer = await callback(latchkey, await signInAtLogto(await redirectOf(latchkey.signIn())));
  expect(answer.headers.get('location')).toBe(`${baseUrl}/`);
  await expect(latchkey.permissions.can('reports:view')).rejects.toMatchObject({
    digest: 'AUTHORIZATION_UNAVAILABLE',
  });
});

test('a copy of the cookie is a session for 14 days, like the cookie in the browser', async () => {
  const latchkey = app();
  await callback(latchkey, await signInAtLogto(await redirectOf(latchkey.signIn())));
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const day = 24 * 3_600_000;
  vi.setSystemTime(Date.now() + 13 * day);
  expect(await latchkey.visitor()).toMatchObject({ subject: ann });
  vi.setSystemTime(Date.now() + day);
  expect(await latchkey.visitor()).toBeUndefined();
});

test('a sign-out ends the session here and at Logto', async () => {
  const latchkey = app();
  await callback(latchkey, await signInAtLogto(await redirectOf(latchkey.signIn())));
  const url = new URL(await redirectOf(latchkey.signOut()));
  expect(url.origin + url.pathname).toBe(`${emulators.logto.endpoint}/oidc/session/end`);
  expect(await app().visitor()).toBeUndefined();
});

test('a callback without a sign-in redirects to the home page with an error, and logs only its code', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  const answer = await callback(app(), `${callbackUrl}?code=x&state=of-ann`);
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe(`${baseUrl}/?error=SIGN_IN_FAILED`);
  expect(log.mock.calls).toEqual([['A sign-in failed: sign_in_session.not_found']]);
});

test('without a path, Logto redirects to the default one', async () => {
  const url = new URL(await redirectOf(createLatchkey({ policy }).signIn()));
  expect(url.searchParams.get('redirect_uri')).toBe(`${baseUrl}/api/latchkey/callback`);
});

test('an address with capitals and a slash at the end is the same address', async () => {
  vi.stubEnv('BASE_URL', 'HTTPS://App.Example/');
  onTestFinished(() => void vi.stubEnv('BASE_URL', `${baseUrl}//`));
  const changeConfig = vi.fn<NonNullable<LatchkeyOptions<typeof policy>['logto']>>((defaults) => defaults);
  await redirectOf(app({ logto: changeConfig }).signIn());
  expect(changeConfig.mock.calls).toMatchObject([[{ baseUrl: 'https://app.example', cookieSecure: true }]]);
});

test('the configuration of @logto/next can be extended', async () => {
  const latchkey = app({ logto: (defaults) => ({ ...defaults, scopes: ['email'] }) });
  const url = new URL(await redirectOf(latchkey.signIn()));
  expect(url.searchParams.get('scope')).toContain('email');
  expect(url.searchParams.get('redirect_uri')).toBe(callbackUrl);
});
