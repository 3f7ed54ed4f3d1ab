import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(() => server.permit.faults.clear());

const get = async (
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${server.url}${path}`, { headers });
  return { status: response.status, body: await response.json() };
};

test('/healthz and /readyz answer separately', async () => {
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

test('/api/config has where to sign in, and no secret', async () => {
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

test.each([
  ['TOKEN_MISSING', {}],
  ['TOKEN_MISSING', { authorization: 'Basic YTpi' }],
  ['TOKEN_MALFORMED', { authorization: 'Bearer opaque' }],
])('a call without a good token is 401 %s with a request id', async (code, headers) => {
  expect(await get('/api/trpc/session.me', headers)).toMatchObject({
    status: 401,
    body: { error: { data: { httpStatus: 401, latchkey: { code, requestId: expect.any(String) } } } },
  });
});

test('an expired token, and one of another audience, are 401 with their codes', async () => {
  expect(await get('/api/trpc/session.me', await bearer({ exp: 1 }))).toMatchObject({
    status: 401,
    body: { error: { data: { latchkey: { code: 'TOKEN_EXPIRED' } } } },
  });
  expect(await get('/api/trpc/session.me', await bearer({ aud: 'https://other.example' }))).toMatchObject({
    body: { error: { data: { latchkey: { code: 'TOKEN_AUDIENCE' } } } },
  });
});

test('an unknown path is a problem document with a code, and has the security headers', async () => {
  const response = await fetch(`${server.url}/nowhere`);
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({ code: 'NOT_FOUND', status: 404 });
  const policy = response.headers.get('content-security-policy') ?? '';
  const directives = new Map(policy.split(';').map((part) => [part.split(' ')[0] ?? '', part]));
  for (const name of ['default-src', 'script-src', 'style-src', 'font-src'])
    expect(directives.get(name)).toBe(`${name} 'self'`);
  expect(directives.get('frame-ancestors')).toBe("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect(response.headers.get('strict-transport-security')).toMatch(/^max-age=31536000/);
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('x-powered-by')).toBeNull();
});
