import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { openMetricsServer } from './metrics-server.ts';

let server: Awaited<ReturnType<typeof openMetricsServer>> | undefined;
let errors: unknown[];
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const portOf = (address: NonNullable<typeof server>['address'] | undefined): number =>
  typeof address === 'object' && address !== null ? address.port : Number.NaN;

async function listen(read: () => Promise<string>): Promise<number> {
  errors = [];
  server = await openMetricsServer({
    host: '127.0.0.1',
    port: 0,
    read,
    onError: (error) => errors.push(error),
  });
  return portOf(server.address);
}

interface Question {
  readonly path?: string;
  readonly method?: string;
  readonly host?: string;
}

async function ask(port: number, { path = '/metrics', method = 'GET', host }: Question = {}) {
  const headers = host === undefined ? {} : { host };
  const call = request({ host: '127.0.0.1', port, path, method, headers }).end();
  const [response] = await once(call, 'response');
  const chunks: string[] = [];
  for await (const chunk of response) chunks.push(String(chunk));
  return { status: response.statusCode, headers: response.headers, text: chunks.join('') };
}

test('GET /metrics returns the text without caching, and anything else is refused', async () => {
  const port = await listen(async () => 'up 1\n');
  expect(await ask(port)).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    },
    text: 'up 1\n',
  });
  expect((await ask(port)).headers).not.toHaveProperty('access-control-allow-origin');
  expect(await ask(port, { path: '/metrics?name=up' })).toMatchObject({ status: 200 });
  expect(await ask(port, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  expect(await ask(port, { method: 'POST' })).toMatchObject({ status: 405 });
  for (const path of ['/', '/metrics/', '/api/config', `/${'x'.repeat(8_000)}`])
    expect(await ask(port, { path })).toMatchObject({ status: 404 });
});

test.each([
  ['127.0.0.1:9464', 200],
  ['10.0.0.7:9464', 200],
  ['[::1]:9464', 200],
  ['localhost', 200],
  ['latchkey:9464', 200],
  ['latchkey-0.latchkey.prod.svc:9464', 200],
  ['node.internal', 200],
  ['evil.example:9464', 403],
  ['127.0.0.1.evil.example', 403],
  ['x.internal.evil.example', 403],
  ['@', 403],
])(
  'a request for the host %j is %i: only names that cannot be registered publicly are accepted',
  async (host, status) => {
    const port = await listen(async () => 'up 1\n');
    expect(await ask(port, { host })).toMatchObject({ status });
  },
);

test('a failure to read metrics is a 500 without the reason', async () => {
  const port = await listen(() => Promise.reject(new Error('the password is 1234')));
  const { status, text } = await ask(port);
  expect([status, text]).toEqual([500, 'The metrics cannot be read.\n']);
  expect(errors).toHaveLength(1);
});

test('a hanging scrape and an idle connection do not delay shutdown', async () => {
  const reading = Promise.withResolvers<void>();
  const port = await listen(() => {
    reading.resolve();
    return new Promise(() => {});
  });
  const hanging = ask(port).catch((error: unknown) => error);
  await reading.promise;
  await server?.close();
  server = undefined;
  expect(await hanging).toMatchObject({ code: 'ECONNRESET' });
});

test('a port in use is a start-up error', async () => {
  const port = await listen(async () => '');
  await expect(
    openMetricsServer({ host: '127.0.0.1', port, read: async () => '', onError() {} }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
