import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type ErrorRequestHandler } from 'express';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { serve } from '../../testing/serve.ts';
import { AppError } from '../app-error.ts';
import type { SignedIn } from './context.ts';
import { createContexts } from './create-contexts.ts';
import { createHandler } from './create-handler.ts';
import { router, signedIn } from './trpc.ts';

const unused = (): never => {
  throw new TypeError('Not used here.');
};
const subscriptions = { open: unused, changes: unused };

test('until the caller is authenticated, the body waits in the network, with only a few kilobytes in memory', async () => {
  const verified = Promise.withResolvers<SignedIn>();
  const writing = router({ write: signedIn.mutation(() => 'written') });
  const sockets: Socket[] = [];
  await using server = await serve(
    express()
      .use((request, _response, next) => {
        sockets.push(request.socket);
        next();
      })
      .use(
        '/api/trpc',
        createHandler({
          router: writing,
          authenticate: () => verified.promise,
          contextOf: createContexts({ router: writing, subscriptions, onDecision() {} }),
        }),
      ),
  );
  const client = connect(Number(new URL(server.url).port), '127.0.0.1');
  client.on('error', () => {});
  let answer = '';
  client.on('data', (bytes: Buffer) => (answer += bytes.toString()));
  client.write(
    'POST /api/trpc/write HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 131000\r\n\r\n',
  );
  await expect.poll(() => sockets.length).toBe(1);
  // Sends small chunks, because one read may take 64 KiB.
  for (let sent = 0; sent < 128; sent++) {
    client.write('x'.repeat(1_000));
    await sleep(1);
  }
  await sleep(500);
  expect(sockets[0]?.bytesRead).toBeLessThan(65_536);
  verified.reject(new AppError('TOKEN_SIGNATURE', 'Forged.'));
  await expect.poll(() => answer).toContain('TOKEN_SIGNATURE');
  client.destroy();
});

const identity = { subject: 'ann', tenant: 'default', issuedAt: 0, expiresAt: 0 };
const ann = { identity, permissions: {} } as unknown as SignedIn; // oxlint-disable-line typescript/no-unsafe-type-assertion -- only the used subset

/** The errors that the procedures of these tests throw. */
const errors: Record<string, () => Error> = {
  deny: () =>
    new AppError('REQUEST_DECIDED', 'The request is already decided.', { details: { status: 'refused' } }),
  outage: () => new AppError('DIRECTORY_UNAVAILABLE', 'unavailable'),
  busy: () => new AppError('SERVER_BUSY', 'busy'),
  fault: () => new TypeError('private'),
};
const failing = router({
  fail: signedIn.input(z.enum(['deny', 'outage', 'busy', 'fault'])).query(({ input }) => {
    throw errors[input]?.() ?? new Error('unknown');
  }),
  wait: signedIn.subscription(async function* ({ signal }) {
    yield 'open';
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
  }),
  count: signedIn.query(() => 1),
  write: signedIn.input(z.string()).mutation(({ input }) => input.length),
});

/** `logged` has the server's log lines, `calls` the beginning and end of each call. */
async function start(signIn = async () => ann): Promise<{
  readonly url: string;
  readonly logged: object[];
  readonly calls: string[];
}> {
  const logged: object[] = [];
  const calls: string[] = [];
  const log = { error: (line: object) => logged.push(line) };
  const app = express()
    .use((request, response, next) => {
      response.set('x-request-id', 'request-1');
      Object.assign(request, { log });
      next();
    })
    .use(
      '/api/trpc',
      createHandler({
        router: failing,
        authenticate() {
          calls.push('begun');
          return signIn();
        },
        contextOf: createContexts({
          router: failing,
          subscriptions,
          onDecision() {},
          onCallEnded: (path, code) => calls.push(`${path} ${code}`),
        }),
      }),
    )
    .use(((error: AppError, _request, response, _next) => {
      response.status(error.status).send(error.code);
    }) satisfies ErrorRequestHandler);
  const { url } = await serve(app);
  return { url: `${url}/api/trpc`, logged, calls };
}

test.each([
  ['deny', 409, { code: 'REQUEST_DECIDED', details: { status: 'refused' } }, null, false],
  ['outage', 503, { code: 'DIRECTORY_UNAVAILABLE' }, '1', true],
  ['busy', 503, { code: 'SERVER_BUSY' }, '1', false],
  ['fault', 500, { code: 'INTERNAL' }, null, true],
])('%s is %i: %o, after %s s again, logged: %s', async (kind, status, latchkey, pause, isLogged) => {
  const { url, logged } = await start();
  const response = await fetch(`${url}/fail?input="${kind}"`);
  expect([response.status, response.headers.get('retry-after')]).toEqual([status, pause]);
  const { error } = await response.json();
  expect(error.data).toEqual({
    code: expect.any(String),
    httpStatus: status,
    path: 'fail',
    latchkey: { ...latchkey, requestId: 'request-1' },
  });
  expect(error.message).not.toContain('private');
  const line = { err: errors[kind]?.(), code: latchkey.code, path: 'fail' };
  expect(logged).toEqual(isLogged ? [line] : []);
});

test('a client that disconnects before its body is complete is not a server error', async () => {
  const { url, logged, calls } = await start();
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  client.write(
    'POST /api/trpc/write HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n"half',
  );
  await expect.poll(() => calls).toEqual(['begun']);
  client.destroy();
  await expect.poll(() => calls).toEqual(['begun', 'write REQUEST_ABORTED']);
  expect(logged).toEqual([]);
});

test('an outage of one call in a batch does not affect the others', async () => {
  const { url } = await start();
  const input = encodeURIComponent(JSON.stringify({ 1: 'outage' }));
  const response = await fetch(`${url}/count,fail?batch=1&input=${input}`);
  expect([response.status, response.headers.get('retry-after')]).toEqual([207, '1']);
});

test('a batch that is refused is counted and answered as its calls', async () => {
  const { url, calls } = await start(() => Promise.reject(new AppError('TOKEN_MISSING', 'No token.')));
  const response = await fetch(`${url}/count,count?batch=1`);
  expect(response.status).toBe(401);
  const code = { error: { data: { latchkey: { code: 'TOKEN_MISSING' } } } };
  expect(await response.json()).toMatchObject([code, code]);
  expect(calls).toEqual(['begun', 'count TOKEN_MISSING', 'count TOKEN_MISSING']);
});

/** JSON of this many bytes. */
const json = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2));
const calls = (count: number): string => Array.from({ length: count }, () => 'count').join(',');

test.each<[string, number, string | undefined, string, RequestInit]>([
  ['the longest body', 200, undefined, 'write', { body: json(131_072) }],
  ['a longer one', 413, 'REQUEST_TOO_LARGE', 'write', { body: json(131_073) }],
  [
    'JSON that names its charset',
    200,
    undefined,
    'write',
    { headers: { 'content-type': 'application/json; charset=utf-8' } },
  ],
  [
    'a body that is not JSON',
    415,
    'UNSUPPORTED_ENCODING',
    'write',
    { headers: { 'content-type': 'text/plain; application/json' } },
  ],
  [
    'an encoding',
    415,
    'UNSUPPORTED_ENCODING',
    'write',
    { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
  ],
  ['the largest batch', 200, undefined, `${calls(50)}?batch=1`, { method: 'GET' }],
])('%s is %i %s', async (_, status, code, path, init) => {
  const { url } = await start();
  const headers = { 'content-type': 'application/json' };
  const body = init.method === 'GET' ? {} : { body: json(3) };
  const response = await fetch(`${url}/${path}`, { method: 'POST', headers, ...body, ...init });
  expect(response.status).toBe(status);
  const [answer] = [await response.json()].flat();
  expect(answer.error?.data.latchkey.code).toBe(code);
});

test.each([
  ['that cannot be decoded', '%ff', 'INPUT_INVALID'],
  ['with more calls than a batch may have', `${calls(51)}?batch=1`, 'BATCH_TOO_LARGE'],
  ['with as many, encoded', `${calls(51).replaceAll(',', '%2C')}?batch=1`, 'BATCH_TOO_LARGE'],
])('a path %s is an error of the request, and no procedure is called', async (_, path, code) => {
  const { url, calls } = await start();
  const response = await fetch(`${url}/${path}`);
  expect([response.status, await response.text()]).toEqual([400, code]);
  // No procedure ran; at most, the caller was authenticated.
  expect(calls.filter((event) => event !== 'begun')).toEqual([]);
});

test('an invalid Host header is an error of the request', async () => {
  const { url } = await start();
  const { hostname, port, pathname } = new URL(url);
  const answers = await Promise.all(
    ['count', 'count?batch=1', 'wait'].map(async (path) => {
      const client = connect(Number(port), hostname);
      client.write(`GET ${pathname}/${path} HTTP/1.1\r\nhost: a@b\r\nconnection: close\r\n\r\n`);
      return text(client);
    }),
  );
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*INPUT_INVALID/);
});

test('open subscriptions are not calls in progress', async () => {
  const { url } = await start();
  const hangUp = new AbortController();
  await Promise.all(
    Array.from({ length: 201 }, () =>
      fetch(`${url}/wait`, { headers: { accept: 'text/event-stream' }, signal: hangUp.signal }),
    ),
  );
  expect((await fetch(`${url}/count`)).status).toBe(200);
  hangUp.abort();
});
