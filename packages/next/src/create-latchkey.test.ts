import { createHmac } from 'node:crypto';
import { startEmulators, startPermitEmulator, idOf, m2m } from '@latchkey/directory-sync/testing';
import { definePolicy, PermissionDeniedError } from '@latchkey/permissions';
import { createPermitDecider } from '@latchkey/permissions/permit';
import { Permit } from 'permitio';
import { afterAll, afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { LatchkeyHandlers } from './create-handlers.ts';
import type { IdTokenClaims } from './create-latchkey.ts';

const policy = definePolicy({
  resources: { reports: { actions: ['view', 'create'] } },
  roles: { viewer: { permissions: ['reports:view'] }, admin: { permissions: '*' } },
  defaultRole: 'viewer',
});
const signingKey = 'the signing key of the webhook';
const baseUrl = 'https://app.example';

const emulators = await startEmulators({ policy });
const { apiKey, apiUrl, pdpUrl } = emulators.permit;
const sdk = new Permit({ token: apiKey, apiUrl, pdp: pdpUrl, log: { level: 'silent' } });
afterAll(() => emulators[Symbol.asyncDispose]());
beforeEach(() => {
  const { logto, permit } = emulators;
  const env = {
    BASE_URL: baseUrl,
    COOKIE_SECRET: 'a secret of the tests, of more than 32 characters',
    LOGTO_ENDPOINT: logto.endpoint,
    LOGTO_APP_ID: 'web',
    LOGTO_APP_SECRET: 'the secret of the web application',
    LOGTO_WEBHOOK_SIGNING_KEY: signingKey,
    LOGTO_M2M_APP_ID: m2m.appId,
    LOGTO_M2M_APP_SECRET: m2m.appSecret,
    PERMIT_API_KEY: permit.apiKey,
    PERMIT_API_URL: permit.apiUrl,
    PERMIT_PDP_URL: permit.pdpUrl,
    __NEXT_EXPERIMENTAL_AUTH_INTERRUPTS: 'true', // Next.js sets it at compile time, through `withLatchkey`.
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  emulators.emulators.permit.faults.clear();
});

/** Anew in each call, because Next.js gives pages and route handlers separate module graphs. */
async function loadLatchkey() {
  vi.resetModules();
  const { createLatchkey } = await import('./create-latchkey.ts');
  return createLatchkey;
}

const claimsOf = (sub: string, more: Partial<IdTokenClaims> = {}): IdTokenClaims => ({
  iss: 'https://logto.example/oidc',
  sub,
  aud: 'web',
  exp: 0,
  iat: 0,
  ...more,
});
const tenant = async ({ organizations }: IdTokenClaims) => organizations?.[0] ?? 'default';
const context = (...path: string[]) => ({ params: Promise.resolve({ path }) });
const post = (body: string, headers: Record<string, string>): Request =>
  new Request(`${baseUrl}/api/latchkey`, { method: 'POST', headers, body });
const event = (name: string, more: object): Request => {
  const body = JSON.stringify({ event: name, createdAt: new Date().toISOString(), ...more });
  return post(body, {
    'logto-signature-sha-256': createHmac('sha256', signingKey).update(body).digest('hex'),
  });
};
const deliver = async ({ POST }: LatchkeyHandlers, name: string, more: object): Promise<number> =>
  (await POST(event(name, more), context('webhook'))).status;
const question = (body: object, type = 'application/json'): Request =>
  post(JSON.stringify(body), { 'content-type': type });
const isJson = (response: Response) => response.json().then((body) => ({ status: response.status, body }));

let count = 0;
const newUser = async (): Promise<string> =>
  idOf(await emulators.manage('POST', '/users', { username: `next_user_${++count}` }));

test('can be created without an environment, and every member names all missing variables', async () => {
  vi.unstubAllEnvs();
  const createLatchkey = await loadLatchkey();
  const { permissions, handlers } = createLatchkey({ policy, session: async () => claimsOf('ann') });
  const missing = expect.objectContaining({
    code: 'ENVIRONMENT_INVALID',
    message: expect.stringMatching(/COOKIE_SECRET is missing\n[^]*PERMIT_API_KEY is missing/),
  });
  await expect(permissions.can('reports:view')).rejects.toEqual(missing);
  await expect(handlers.POST(event('PostRegister', {}), context('webhook'))).rejects.toEqual(missing);
});

test("a new user has the default role's permissions; other denials are a 403 of Next.js, with the decision", async () => {
  const createLatchkey = await loadLatchkey();
  const id = await newUser();
  const { permissions, visitor, handlers } = createLatchkey({ policy, session: async () => claimsOf(id) });
  const answer = await handlers.POST(event('PostRegister', { userId: id }), context('webhook'));
  expect(await isJson(answer)).toEqual({ status: 200, body: { status: 'reconciled' } });

  expect(await visitor()).toEqual({ subject: id, tenant: 'default', claims: claimsOf(id) });
  expect(await permissions.can('reports:view')).toBe(true);
  expect(await permissions.can('reports:create')).toBe(false);
  await expect(permissions.require('reports:view')).resolves.toBeUndefined();
  const denied = await permissions.require('reports:create').catch((error: unknown) => error);
  // Not `instanceof`: each module graph has its own class.
  expect(denied).toMatchObject({
    name: PermissionDeniedError.name,
    digest: 'NEXT_HTTP_ERROR_FALLBACK;403',
    decision: { permission: 'reports:create', grantedBy: ['admin'] },
  });
  expect(await permissions.answers([{ permission: 'reports:create' }])).toMatchObject([
    [{ permission: 'reports:create' }, { state: 'denied' }],
  ]);
  expect((await (await permissions.current()).check('reports:create')).outcome).toBe('deny');
});

test('without `authInterrupts` a denial throws an error that names what to enable', async () => {
  const createLatchkey = await loadLatchkey();
  vi.stubEnv('__NEXT_EXPERIMENTAL_AUTH_INTERRUPTS', '');
  const { permissions } = createLatchkey({ policy, session: async () => claimsOf('nobody') });
  await expect(permissions.require('reports:view')).rejects.toThrow(/experimental\.authInterrupts/);
});

test('an unauthenticated visitor gets a 401 from every gate, without a check', async () => {
  const createLatchkey = await loadLatchkey();
  const { permissions, visitor, handlers } = createLatchkey({ policy, session: async () => undefined });
  emulators.emulators.permit.faults.add({ path: '/*', status: 500 });
  expect(await visitor()).toBeUndefined();
  const unauthorized = expect.objectContaining({ digest: 'NEXT_HTTP_ERROR_FALLBACK;401' });
  await expect(permissions.can('reports:view')).rejects.toEqual(unauthorized);
  await expect(permissions.require('reports:view')).rejects.toEqual(unauthorized);
  await expect(permissions.answers([{ permission: 'reports:view' }])).rejects.toEqual(unauthorized);
  expect(
    await isJson(await handlers.POST(question([{ permission: 'reports:view' }]), context('gates'))),
  ).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED', title: 'Sign in first.' } });
});

test('an outage is an error that `error.tsx` can distinguish, not a denial', async () => {
  const createLatchkey = await loadLatchkey();
  const { permissions } = createLatchkey({ policy, session: async () => claimsOf('ann') });
  emulators.emulators.permit.faults.add({ path: '/allowed*', status: 503 });
  const outage = expect.objectContaining({ digest: 'AUTHORIZATION_UNAVAILABLE' });
  await expect(permissions.can('reports:view')).rejects.toEqual(outage);
  await expect(permissions.require('reports:view')).rejects.toEqual(outage);
});

test('a route handler answers 401, 403 and 503 with problem documents, and rethrows other errors', async () => {
  const createLatchkey = await loadLatchkey();
  const { withProblems } = await import('./create-handlers.ts');
  const routeOf = (session: () => Promise<IdTokenClaims | undefined>) => {
    const { permissions } = createLatchkey({ policy, session });
    return withProblems(async (permission: 'reports:view' | 'reports:create') => {
      await permissions.require(permission);
      return Response.json({ permission });
    });
  };
  const id = await newUser();
  await sdk.api.users.sync({ key: id });
  await sdk.api.roleAssignments.assign({ user: id, role: 'viewer', tenant: 'default' });
  const route = routeOf(async () => claimsOf(id));
  expect(await isJson(await route('reports:view'))).toEqual({
    status: 200,
    body: { permission: 'reports:view' },
  });

  const denied = await route('reports:create');
  expect(denied.headers.get('content-type')).toBe('application/problem+json');
  expect(await isJson(denied)).toMatchObject({
    status: 403,
    body: { code: 'FORBIDDEN', status: 403, permission: 'reports:create', grantedBy: ['admin'] },
  });
  expect(await isJson(await routeOf(async () => undefined)('reports:view'))).toMatchObject({
    status: 401,
    body: { code: 'UNAUTHENTICATED', status: 401 },
  });

  emulators.emulators.permit.faults.add({ path: '/allowed*', status: 503 });
  const outage = await routeOf(async () => claimsOf('bob'))('reports:view');
  expect(outage.headers.get('retry-after')).toBe('1');
  expect(outage.headers.get('content-type')).toBe('application/problem+json');
  expect(await isJson(outage)).toMatchObject({ status: 503, body: { code: 'AUTHORIZATION_UNAVAILABLE' } });

  const other = new Error('of the handler');
  await expect(withProblems(() => Promise.reject(other))()).rejects.toBe(other);
});

test('the proxy responds with 503 while Permit does not answer, and checks at most once a second', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const health = vi.fn<() => void>();
  const { proxy } = (await loadLatchkey())({
    policy,
    decider(defaults) {
      const made = createPermitDecider({ ...defaults, deadline: 60_000 });
      return { ...made, health: () => (health(), made.health()) };
    },
  });
  const { faults } = emulators.emulators.permit;
  expect(await Promise.all([proxy(), proxy()])).toEqual([undefined, undefined]);
  faults.add({ path: '/allowed', status: 503 });
  vi.advanceTimersByTime(999);
  expect(await proxy()).toBeUndefined();
  expect(health).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  const outage = await proxy();
  expect(outage?.status).toBe(503);
  expect(outage?.headers.get('retry-after')).toBe('1');
  expect(outage?.headers.get('cache-control')).toBe('no-store');
  expect(await outage?.text()).toContain('Try again in a moment.');
  // Next.js sends a server action's answer to `error.tsx`, which cannot read a page.
  expect(await proxy(new Request('http://a/reports', { headers: { 'next-action': 'id' } }))).toBeUndefined();
  faults.clear();
  vi.advanceTimersByTime(1_000);
  expect(await proxy()).toBeUndefined();
  expect(health).toHaveBeenCalledTimes(3);
});

test('the page refuses a suspended user immediately, although the webhook runs in another module graph', async () => {
  const id = await newUser();
  const rememberForLong = { ttl: 3_600_000, propagationDelay: 0 };
  const page = (await loadLatchkey())({
    policy,
    session: async () => claimsOf(id),
    decider: (defaults) => createPermitDecider({ ...defaults, cache: rememberForLong, deadline: 60_000 }),
  });
  const { handlers } = (await loadLatchkey())({ policy });

  expect(await page.permissions.can('reports:view')).toBe(false);
  expect(await deliver(handlers, 'User.Created', { data: { id } })).toBe(200);
  expect(await page.permissions.can('reports:view')).toBe(true);
  await emulators.manage('PATCH', `/users/${id}/is-suspended`, { isSuspended: true });
  expect(await page.permissions.can('reports:view')).toBe(true); // The webhook has not arrived yet.
  expect(await deliver(handlers, 'User.SuspensionStatus.Updated', { data: { id, isSuspended: true } })).toBe(
    200,
  );
  expect(await page.permissions.can('reports:view')).toBe(false);
});

test('a page waits until the PDP has received the role changes of the webhook', async () => {
  await using permit = await startPermitEmulator(policy, { propagationDelay: 300 });
  vi.stubEnv('PERMIT_API_URL', permit.connection.apiUrl);
  vi.stubEnv('PERMIT_PDP_URL', permit.connection.pdpUrl);
  const id = await newUser();
  const page = (await loadLatchkey())({ policy, session: async () => claimsOf(id) });
  const { handlers } = (await loadLatchkey())({ policy });

  expect(await page.permissions.can('reports:view')).toBe(false);
  expect(await deliver(handlers, 'User.Created', { data: { id } })).toBe(200);
  expect(await page.permissions.can('reports:view')).toBe(true);
  await emulators.manage('PATCH', `/users/${id}/is-suspended`, { isSuspended: true });
  expect(await deliver(handlers, 'User.SuspensionStatus.Updated', { data: { id, isSuspended: true } })).toBe(
    200,
  );
  expect(await page.permissions.can('reports:view')).toBe(false);
});

test('the tenant comes from the claims, and a mapping gives its members their role', async () => {
  const createLatchkey = await loadLatchkey();
  const { defineDirectoryMapping } = await import('@latchkey/directory-sync');
  const id = await newUser();
  const organization = idOf(await emulators.manage('POST', '/organizations', { name: 'Acme' }));
  const mapping = defineDirectoryMapping(policy, { memberRole: 'admin' });
  const as = (organizations: string[]) =>
    createLatchkey({ policy, mapping, tenant, session: async () => claimsOf(id, { organizations }) });
  const { permissions, handlers } = as([organization]);

  await emulators.manage('POST', `/organizations/${organization}/users`, { userIds: [id] });
  const members = { organizationId: organization };
  expect(await deliver(handlers, 'Organization.Membership.Updated', { ...members, addedUserIds: [id] })).toBe(
    200,
  );
  expect(await permissions.can('reports:create')).toBe(true);
  expect(await as([]).permissions.can('reports:create')).toBe(false);
  await emulators.manage('DELETE', `/organizations/${organization}/users/${id}`);
  expect(
    await deliver(handlers, 'Organization.Membership.Updated', { ...members, removedUserIds: [id] }),
  ).toBe(200);
  expect(await permissions.can('reports:create')).toBe(false);
});

test('a deleted organization ends the cached permissions of its members immediately', async () => {
  const id = await newUser();
  const organization = idOf(await emulators.manage('POST', '/organizations', { name: 'Globex' }));
  const { permissions, handlers } = (await loadLatchkey())({
    policy,
    tenant: () => organization,
    session: async () => claimsOf(id),
    decider: (defaults) =>
      createPermitDecider({ ...defaults, cache: { ttl: 3_600_000, propagationDelay: 0 }, deadline: 60_000 }),
  });
  expect(await deliver(handlers, 'Organization.Created', { data: { id: organization } })).toBe(200);
  await sdk.api.users.sync({ key: id });
  await sdk.api.roleAssignments.assign({ user: id, role: 'viewer', tenant: organization });

  expect(await permissions.can('reports:view')).toBe(true);
  await emulators.manage('DELETE', `/organizations/${organization}`);
  expect(await permissions.can('reports:view')).toBe(true); // The webhook has not arrived yet.
  expect(await deliver(handlers, 'Organization.Deleted', { params: { id: organization } })).toBe(200);
  expect(await permissions.can('reports:view')).toBe(false);
});

test("without addresses, Permit.io's cloud decides", async () => {
  vi.stubEnv('PERMIT_API_URL', undefined);
  vi.stubEnv('PERMIT_PDP_URL', undefined);
  vi.stubEnv('PERMIT_API_KEY', 'permit_key_of_an_environment');
  const decider = vi.fn<typeof createPermitDecider<typeof policy>>(createPermitDecider);
  const { permissions } = (await loadLatchkey())({ policy, session: async () => claimsOf('ann'), decider });
  await permissions.current();
  expect(decider).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ url: 'https://cloudpdp.api.permit.io', apiUrl: 'https://api.permit.io' }),
  );
});

test.each(['ftp://app.example', 'xhttp://app.example', 'httpsx://app.example', 'app.example'])(
  'refuses the address %s and says what it expects',
  async (address) => {
    vi.stubEnv('BASE_URL', address);
    const { permissions } = (await loadLatchkey())({ policy, session: async () => claimsOf('ann') });
    await expect(permissions.can('reports:view')).rejects.toThrow(
      /^Latchkey cannot start\.[^]*BASE_URL must be a URL that starts with http:\/\/ or https:\/\/[^]*\.env\.local/,
    );
  },
);

test('answers the questions of client components, and refuses form posts from other sites', async () => {
  const createLatchkey = await loadLatchkey();
  const { handlers } = createLatchkey({ policy, session: async () => claimsOf('viewer-of-gates') });
  await sdk.api.users.sync({ key: 'viewer-of-gates' });
  await sdk.api.roleAssignments.assign({ user: 'viewer-of-gates', role: 'viewer', tenant: 'default' });
  const asked = [{ permission: 'reports:view' }, { permission: 'reports:create' }];
  expect(await isJson(await handlers.POST(question(asked), context('gates')))).toMatchObject({
    status: 200,
    body: [{ state: 'allowed' }, { state: 'denied' }],
  });
  const form = await handlers.POST(question(asked, 'text/plain'), context('gates'));
  expect(form.status).toBe(415);
});

test('the webhook refuses an unsigned request, and has its own body limit', async () => {
  const createLatchkey = await loadLatchkey();
  const { handlers } = createLatchkey({ policy });
  const body = JSON.stringify({ event: 'PostRegister', createdAt: new Date().toISOString(), userId: 'eve' });
  const status = async (text: string, headers: Record<string, string>): Promise<number> =>
    (await handlers.POST(post(text, headers), context('webhook'))).status;
  expect(await status(body, {})).toBe(401);
  expect(await status(body, { 'logto-signature-sha-256': 'a'.repeat(64) })).toBe(401);
  expect(await status('x'.repeat(1_048_577), { 'logto-signature-sha-256': 'a'.repeat(64) })).toBe(413);
});

test.each([
  ['GET', 'sign-out'],
  ['GET', 'webhook'],
  ['GET', 'gates'],
  ['POST', 'callback'],
  ['POST', 'callback/webhook'],
  ['POST', ''],
] as const)('%s %s is 404', async (method, path) => {
  const createLatchkey = await loadLatchkey();
  const { handlers } = createLatchkey({ policy });
  const request = new Request(`${baseUrl}/api/latchkey/${path}`, { method });
  const answer = await handlers[method](request, context(...path.split('/')));
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(await isJson(answer)).toEqual({
    status: 404,
    body: { code: 'NOT_FOUND', title: 'There is nothing here.', status: 404 },
  });
});
