import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { syncRuns } from './features/sync/tables.ts';
import { startTestServer } from './testing/test-server.ts';

const webDist = await mkdtemp(join(tmpdir(), 'latchkey-app-'));
await mkdir(join(webDist, 'assets'));
await writeFile(join(webDist, 'index.html'), 'the page');
await writeFile(join(webDist, 'assets/app.js'), 'the code');
const server = await startTestServer({ webDist, trustProxy: 1 });
await server.directory.provisionUser({ key: 'ann' }, { role: 'viewer', tenant: 'default' });
afterAll(() => rm(webDist, { recursive: true }));

const get = async (
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${server.url}${path}`, { headers });
  return { status: response.status, body: await response.json() };
};

test('/healthz and /readyz report liveness and readiness separately', async () => {
  expect(await get('/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
  expect(await get('/readyz')).toEqual({
    status: 200,
    body: { status: 'ok', components: { database: 'ok', jwks: 'ok', pdp: 'ok' } },
  });
  server.permit.faults.add({ path: '/allowed', drop: true });
  expect(await get('/healthz')).toMatchObject({ status: 200 });
  expect(await get('/readyz')).toEqual({
    status: 503,
    body: { status: 'unavailable', components: { database: 'ok', jwks: 'ok', pdp: 'unavailable' } },
  });
});

test('an attribute that users can edit is a warning of /readyz until a run finds none', async () => {
  const run = { reason: 'sweep', status: 'done', finishedAt: new Date() } as const;
  const report = { users: 1, tenants: 1, changes: {}, sample: [], failed: 0, recovered: 0 };
  await server.db
    .insert(syncRuns)
    .values({ ...run, id: randomUUID(), report: { ...report, untrusted: ['clearance'] } });
  expect(await get('/readyz')).toMatchObject({ status: 200, body: { warnings: { attributes: 'failing' } } });
  await server.db.insert(syncRuns).values({ ...run, id: randomUUID(), report });
  expect(Object((await get('/readyz')).body).warnings).toBeUndefined();
});

test.each(['/API/trpc/session.me', '/api/TRPC/session.me', '/Api/config'])(
  '%s is not part of the API, whose responses are not cached',
  async (path) => {
    const answer = await (await fetch(`${server.url}${path}`)).text();
    expect(answer).not.toMatch(/TOKEN_MISSING|apiResource/);
  },
);

test('/api/config has the sign-in settings and no secret', async () => {
  expect(await get('/api/config')).toEqual({
    status: 200,
    body: {
      logto: { endpoint: 'http://localhost:3001', appId: 'app' },
      apiResource: 'https://api.latchkey.example',
    },
  });
});

const bearer = async (claims: object): Promise<Record<string, string>> => ({
  authorization: `Bearer ${await server.issuer.sign({ ...claims })}`,
});

test('a token of a second rotation within two seconds gets 503 with Retry-After, and works after them', async () => {
  const ask = (headers: Record<string, string>) => fetch(`${server.url}/api/trpc/session.me`, { headers });
  expect((await ask(await bearer({ sub: 'ann' }))).status).toBe(200);
  await server.issuer.rotate();
  expect((await ask(await bearer({ sub: 'ann' }))).status).toBe(200);
  // Before two seconds have passed, at the latest with the second one.
  const early = async (): Promise<Record<string, string>> => {
    await server.issuer.rotate();
    const headers = await bearer({ sub: 'ann' });
    const refused = await ask(headers);
    if (refused.status === 200) return early();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.text()).toContain('AUTHENTICATION_UNAVAILABLE');
    return headers;
  };
  const headers = await early();
  await expect.poll(async () => (await ask(headers)).status, { timeout: 10_000 }).toBe(200);
});

test.each([
  ['TOKEN_MISSING', {}],
  ['TOKEN_MISSING', { authorization: 'Basic YTpi' }],
  ['TOKEN_MALFORMED', { authorization: 'Bearer opaque' }],
])('a call without a valid token gets 401 %s with a request id', async (code, headers) => {
  expect(await get('/api/trpc/session.me', headers)).toMatchObject({
    status: 401,
    body: { error: { data: { httpStatus: 401, latchkey: { code, requestId: expect.any(String) } } } },
  });
});

const answers = [
  ['the page', '/', {}, 200, 'no-cache'],
  ['the page, elsewhere', '/reports/1', {}, 200, 'no-cache'],
  ['a file', '/assets/app.js', {}, 200, 'public,max-age=31536000,immutable'],
  ['a file that is not there', '/assets/none.js', {}, 404, null],
  ['a path that cannot be decoded', '/assets/%ff', {}, 404, null],
  ['a method that a page does not have', '/', { method: 'DELETE' }, 404, null],
  ['health', '/healthz', {}, 200, null],
  ['readiness', '/readyz', {}, 200, 'no-store'],
  ['the configuration', '/api/config', {}, 200, 'no-cache'],
  ['a call', '/api/trpc/session.me', { known: true }, 200, 'no-store'],
  ['a call without a token', '/api/trpc/session.me', {}, 401, 'no-store'],
  ['a procedure that is not there', '/api/trpc/no.such', {}, 404, 'no-store'],
  ['a call that cannot be decoded', '/api/trpc/%ff', {}, 400, 'no-store'],
  [
    'a call that is denied',
    '/api/trpc/collections.create',
    { known: true, method: 'POST', body: '{}' },
    403,
    'no-store',
  ],
  [
    'a stream without a token, which reports the error as an event',
    '/api/trpc/session.changes',
    {},
    200,
    'no-cache, no-transform',
  ],
  ['a file of a list', '/api/reports/export?format=csv', { known: true }, 200, 'no-store'],
  ['an export without a token', '/api/reports/export?format=csv', {}, 401, 'no-store'],
  ['nothing in the API', '/api/nowhere', {}, 404, 'no-store'],
  ['a delivery that is no POST', '/api/webhooks/logto', {}, 404, 'no-store'],
] as const satisfies readonly (readonly [string, string, object, number, string | null])[];

test.each(answers)(
  '%s: browsers enforce its headers, and other sites cannot read it',
  async (_, path, options, status, cache) => {
    const { known = false, ...init }: { known?: boolean; method?: string; body?: string } = options;
    const response = await fetch(`${server.url}${path}`, {
      ...init,
      headers: {
        origin: 'https://evil.example',
        ...(known && (await bearer({ sub: 'ann' }))),
        ...(init.body !== undefined && { 'content-type': 'application/json' }),
      },
    });
    await response.arrayBuffer();
    expect(response.status).toBe(status);
    const { headers } = response;
    expect(headers.get('cache-control')).toBe(cache);
    const policy = headers.get('content-security-policy') ?? '';
    const directives = new Map(policy.split(';').map((part) => [part.split(' ')[0] ?? '', part]));
    for (const name of ['default-src', 'script-src', 'style-src', 'font-src', 'base-uri'])
      expect(directives.get(name)).toBe(`${name} 'self'`);
    for (const name of ['frame-ancestors', 'object-src', 'script-src-attr'])
      expect(directives.get(name)).toBe(`${name} 'none'`);
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('permissions-policy')).toContain('camera=(), ');
    expect(headers.get('x-powered-by')).toBeNull();
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    const isFile = path.includes('export') && status === 200;
    expect(headers.get('content-disposition')?.startsWith('attachment; ') ?? false).toBe(isFile);
  },
);

test.each(['/api/trpc/session.me', '/api/reports/export', '/api/webhooks/logto', '/api/config', '/'])(
  'a preflight of another site is refused: %s',
  async (path) => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const response = await fetch(`${server.url}${path}`, { method: 'OPTIONS', headers });
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  },
);

const headersBy = async (proto: string): Promise<Headers> =>
  (await fetch(server.url, { headers: { 'x-forwarded-proto': proto } })).headers;

test('sends HSTS only over HTTPS, as reported by the proxy', async () => {
  expect((await headersBy('https')).get('strict-transport-security')).toMatch(/^max-age=31536000/);
  expect((await headersBy('http')).get('strict-transport-security')).toBeNull();
});

test('a refused delivery has the security headers too', async () => {
  const response = await fetch(`${server.url}/api/webhooks/logto`, { method: 'POST', body: '<script>' });
  expect(response.status).toBe(401);
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});
