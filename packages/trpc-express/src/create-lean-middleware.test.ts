import { once } from 'node:events';
import { connect } from 'node:net';
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpLink } from '@trpc/client';
import { TRPCError } from '@trpc/server';
import express, { type RequestHandler } from 'express';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { express4, startBoth, type BothServers, type Sent } from './testing/both-servers.ts';
import type { TestRouter } from './testing/test-router.ts';

let both: BothServers;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both[Symbol.dispose]());

const json = { 'content-type': 'application/json' };
const wrapped = (value: unknown): string => JSON.stringify({ wrapped: value });
const input = (value: unknown): string => `input=${encodeURIComponent(wrapped(value))}`;
const batchInput = (values: Readonly<Record<number, unknown>>): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(values).map(([index, value]) => [index, { wrapped: value }])),
  );

/** Typical requests, which the lean middleware answers itself. */
const usual: readonly (readonly [string, Sent])[] = [
  ['a query', { method: 'GET', path: 'plain' }],
  ['a nested query', { method: 'GET', path: 'nested.plain' }],
  ['an encoded path', { method: 'GET', path: 'nested%2eplain' }],
  ['a query that returns nothing', { method: 'GET', path: 'nothing' }],
  ['a transformed result', { method: 'GET', path: 'date' }],
  ['a query with an input', { method: 'GET', path: `greet?${input({ name: '한글 & ünïcode' })}` }],
  ['an input with plus signs', { method: 'GET', path: 'any?input=%7B%22wrapped%22:%22a+b%2Bc%22%7D' }],
  ['an empty input', { method: 'GET', path: 'any?input=' }],
  ['an input that is null', { method: 'GET', path: `any?${input(null)}` }],
  ['two inputs', { method: 'GET', path: `any?${input(1)}&${input(2)}` }],
  ['an input that is no JSON', { method: 'GET', path: 'greet?input={' }],
  ['an input that the transformer refuses', { method: 'GET', path: 'greet?input=1' }],
  ['an input that the procedure refuses', { method: 'GET', path: `greet?${input({ name: 1 })}` }],
  [
    'a batch',
    {
      method: 'GET',
      path: `plain,greet?batch=1&input=${encodeURIComponent(batchInput({ 1: { name: 'Bo' } }))}`,
    },
  ],
  ['a question mark too many', { method: 'GET', path: 'plain??batch=1' }],
  ['a batch of one', { method: 'GET', path: 'plain?batch=1' }],
  [
    'a batch of which one fails',
    { method: 'GET', path: `plain,fail?batch=1&input=${encodeURIComponent(batchInput({ 1: 'CONFLICT' }))}` },
  ],
  [
    'a batch of which all fail',
    {
      method: 'GET',
      path: `fail,fail?batch=1&input=${encodeURIComponent(batchInput({ 0: 'CONFLICT', 1: 'CONFLICT' }))}`,
    },
  ],
  ['a batch with an input that is no object', { method: 'GET', path: 'any,any?batch=1&input=[1]' }],
  ['a batch with a stream in it', { method: 'GET', path: 'plain,stream?batch=1' }],
  ['a promise in the result', { method: 'GET', path: 'stream' }],
  ['an iterable', { method: 'GET', path: 'generator' }],
  ['an iterable in the result', { method: 'GET', path: 'holder' }],
  ['a result that is no JSON', { method: 'GET', path: 'unwritable' }],
  ['a batch with a result that is no JSON', { method: 'GET', path: 'plain,unwritable?batch=1' }],
  ['an error that cannot be formatted', { method: 'GET', path: 'unformattable' }],
  ['a context that cannot be made', { method: 'GET', path: 'plain', headers: { 'x-fail': 'context' } }],
  [
    'a batch without a context',
    { method: 'GET', path: 'plain,plain?batch=1', headers: { 'x-fail': 'context' } },
  ],
  ['a status that the procedure sets', { method: 'GET', path: 'status', headers: { 'x-status': '202' } }],
  ['a mutation', { method: 'POST', path: 'rename', headers: json, body: wrapped({ name: 'Bo' }) }],
  [
    'a mutation with a charset',
    {
      method: 'POST',
      path: 'rename',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: wrapped({ name: 'Bo' }),
    },
  ],
  [
    'a byte order mark',
    { method: 'POST', path: 'rename', headers: json, body: `\uFEFF${wrapped({ name: 'Bo' })}` },
  ],
  [
    'bytes that are no UTF-8',
    {
      method: 'POST',
      path: 'rename',
      headers: json,
      body: Buffer.from('7b2277726170706564223a7b226e616d65223a22ff227d7d', 'hex'),
    },
  ],
  ['a mutation without an input', { method: 'POST', path: 'touch', headers: json }],
  ['a body that is not read', { method: 'POST', path: 'touch', headers: json, body: 'no JSON' }],
  ['a body that is empty', { method: 'POST', path: 'rename', headers: json }],
  ['a body that is no JSON', { method: 'POST', path: 'rename', headers: json, body: '{' }],
  ['a mutation that crashes', { method: 'POST', path: 'crash', headers: json }],
  [
    'a batch of mutations',
    { method: 'POST', path: 'rename,touch?batch=1', headers: json, body: batchInput({ 0: { name: 'Bo' } }) },
  ],
];

/** Requests that are passed to tRPC's own middleware. */
const others: readonly (readonly [string, Sent])[] = [
  ['a procedure that does not exist', { method: 'GET', path: 'nowhere' }],
  ['a name that every object has', { method: 'GET', path: 'constructor' }],
  ['a query by POST', { method: 'POST', path: 'plain', headers: json }],
  ['a mutation by GET', { method: 'GET', path: 'touch' }],
  ['a batch of both kinds', { method: 'POST', path: 'touch,plain?batch=1', headers: json, body: '{}' }],
  ['a path that cannot be decoded', { method: 'GET', path: '%ff' }],
  ['a lazy procedure', { method: 'GET', path: 'later.plain' }],
  ['HEAD', { method: 'HEAD', path: 'plain' }],
  ['PUT', { method: 'PUT', path: 'touch', headers: json }],
  [
    'a body of another kind',
    { method: 'POST', path: 'touch', headers: { 'content-type': 'text/plain' }, body: '1' },
  ],
  ['a POST without a kind', { method: 'POST', path: 'touch' }],
  ['a GET of another kind', { method: 'GET', path: 'plain', headers: { 'content-type': 'text/plain' } }],
  [
    'a type that begins like JSON',
    { method: 'POST', path: 'touch', headers: { 'content-type': 'application/jsonl' }, body: '1' },
  ],
  [
    'a form',
    {
      method: 'POST',
      path: 'form',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
    },
  ],
  [
    'a file',
    { method: 'POST', path: 'file', headers: { 'content-type': 'application/octet-stream' }, body: 'abc' },
  ],
  [
    'a streamed batch',
    { method: 'GET', path: 'plain,stream?batch=1', headers: { 'trpc-accept': 'application/jsonl' } },
  ],
  [
    'a stream that is accepted',
    { method: 'GET', path: 'plain?batch=1', headers: { accept: 'text/html, application/jsonl' } },
  ],
  ['a subscription', { method: 'GET', path: 'ticks' }],
  ['connection parameters', { method: 'GET', path: 'plain?connectionParams=%7B%22a%22:%22b%22%7D' }],
  ['a host that is none', { method: 'GET', path: 'plain', headers: { host: 'a b' } }],
  ['a host with a name', { method: 'GET', path: 'plain', headers: { host: 'a@b' } }],
  ['a fragment', { method: 'GET', path: 'plain?a=1#b' }],
];

test.each(usual)('%s gets the same response as from tRPC', async (_, sent) => {
  const { lean, official, isDirect } = await both.send(sent);
  expect(lean).toEqual(official);
  expect(isDirect).toBe(true);
});

test.each(others)('%s is passed to tRPC', async (_, sent) => {
  const { lean, official, isDirect } = await both.send(sent);
  expect(lean).toEqual(official);
  expect(isDirect).toBe(false);
});

test('any request gets the same response as from tRPC', async () => {
  const names = [
    'plain',
    'greet',
    'any',
    'rename',
    'touch',
    'fail',
    'stream',
    'nowhere',
    '__proto__',
    '',
    '%',
    '%2C',
  ];
  const values = [
    '',
    '{',
    '1',
    'null',
    '[]',
    '{"0":{"wrapped":{"name":"Bo"}}}',
    wrapped({ name: 'Bo' }),
    '{"1":{"wrapped":1}}',
    '%ff',
    '+',
    '"\\ud800"',
  ];
  const Request = fc.record({
    method: fc.constantFrom('GET', 'GET', 'POST', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'),
    path: fc
      .record({
        names: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
        query: fc.array(
          fc.constantFrom(
            'batch=1',
            'batch=0',
            'batch=',
            'batch',
            'input',
            '&',
            '%',
            ...values.map((value) => `input=${encodeURIComponent(value)}`),
          ),
          { maxLength: 3 },
        ),
      })
      .map(({ names: some, query }) => `${some.join(',')}${query.length === 0 ? '' : '?'}${query.join('&')}`),
    headers: fc.record(
      {
        'content-type': fc.constantFrom(
          'application/json',
          'application/json;charset=utf-8',
          'application/jsonl',
          'Application/JSON',
          'text/plain',
          '',
        ),
        accept: fc.constantFrom('*/*', 'application/jsonl', 'text/event-stream', ''),
        'trpc-accept': fc.constantFrom('application/jsonl', 'application/json', ''),
        'x-fail': fc.constant('context'),
      },
      { requiredKeys: [] },
    ),
    body: fc.constantFrom(...values),
  });
  await fc.assert(
    fc.asyncProperty(Request, async ({ body, ...sent }) => {
      const { lean, official } = await both.send({
        ...sent,
        ...(['POST', 'PUT'].includes(sent.method) ? { body } : {}),
      });
      expect(lean).toEqual(official);
    }),
    { numRuns: 400 },
  );
});

const answersOf = async (
  options: Parameters<typeof startBoth>[0],
  sent: Sent,
  before: RequestHandler[] = [],
) => {
  using servers = await startBoth(options, before);
  const { lean, official, isDirect } = await servers.send(sent);
  expect(lean).toEqual(official);
  return { ...lean, isDirect };
};
const busy: RequestHandler = (_, response, next) => {
  response.status(202).set('vary', 'origin').set('x-request-id', '1');
  next();
};
const paused: RequestHandler = (request, _, next) => {
  request.pause();
  setImmediate(() => request.resume());
  next();
};
const gone: RequestHandler = (request, _, next) => {
  request.once('close', () => next());
};
const fail = (): never => {
  throw new TRPCError({ code: 'CONFLICT', message: 'no meta' });
};
const plain = { method: 'GET', path: 'plain' };
const renameBo = { method: 'POST', path: 'rename', headers: json, body: wrapped({ name: 'Bo' }) };

test("takes tRPC's options and returns the same responses", async () => {
  const meta = {
    headers: { 'x-one': 'a', 'cache-control': ['b', 'c'], vary: ['d'], 'set-cookie': ['e=1', 'f=2'] },
    status: 203,
  };
  expect(await answersOf({ responseMeta: () => meta }, plain)).toMatchObject({ isDirect: true, status: 203 });
  const headers = new Headers([
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
    ['vary', 'x'],
  ]);
  expect(await answersOf({ responseMeta: () => ({ headers }) }, plain)).toMatchObject({ isDirect: true });
  const seen: unknown[] = [];
  const responseMeta = ({
    data,
    errors,
    paths,
    type,
    eagerGeneration,
    ctx,
  }: {
    data: unknown;
    errors: readonly Error[];
    paths: unknown;
    type: unknown;
    eagerGeneration: boolean;
    ctx?: unknown;
  }): object => {
    seen.push({
      data,
      errors: errors.map(({ message }) => message),
      paths,
      type,
      eagerGeneration,
      hasContext: ctx !== undefined,
    });
    return {};
  };
  await answersOf({ responseMeta }, { method: 'GET', path: 'plain,fail?batch=1' });
  expect(seen[0]).toEqual(seen[1]);
  expect(await answersOf({ allowBatching: false }, { method: 'GET', path: 'plain?batch=1' })).toMatchObject({
    status: 400,
  });
  expect(
    await answersOf({ batching: { enabled: false } }, { method: 'GET', path: 'plain?batch=1' }),
  ).toMatchObject({ status: 400 });
  expect(await answersOf({ maxBatchSize: 1 }, { method: 'GET', path: 'plain,plain?batch=1' })).toMatchObject({
    status: 400,
  });
  expect(
    await answersOf(
      { allowMethodOverride: true },
      { method: 'POST', path: 'plain', headers: json, body: '{}' },
    ),
  ).toMatchObject({ status: 200 });
  expect(await answersOf({ maxBodySize: 10 }, renameBo)).toMatchObject({ status: 413, isDirect: true });
  const unread = { method: 'POST', path: 'touch', headers: json, body: 'longer than allowed' };
  expect(await answersOf({ maxBodySize: 10 }, unread)).toMatchObject({ status: 200, isDirect: true });
  expect(await answersOf({ maxBodySize: 0 }, renameBo)).toMatchObject({ status: 200, isDirect: true });
  expect(
    await answersOf(
      {
        middleware: (_, res, next) => {
          res.setHeader('x-before', '1');
          next();
        },
      },
      plain,
    ),
  ).toMatchObject({ status: 200, isDirect: false });
});

test('preserves the effects of earlier middlewares', async () => {
  expect(await answersOf({}, renameBo, [express.json()])).toMatchObject({ status: 200, isDirect: false });
  expect(await answersOf({}, plain, [busy])).toMatchObject({ status: 202, isDirect: true });
  expect(await answersOf({}, renameBo, [paused])).toMatchObject({ status: 200, isDirect: true });
});

test('responds when response handlers throw', async () => {
  expect(await answersOf({ responseMeta: fail }, plain)).toMatchObject({ status: 409, isDirect: false });
});

test.each([
  [5, express],
  [4, express4],
])('Express %i: responds when error handlers throw', async (_, createApp) => {
  // tRPC's own middleware never responds in this case; Express does.
  using servers = await startBoth({ onError: fail }, [], createApp);
  const response = await fetch(`http://127.0.0.1:${servers.lean.port}/trpc/fail?${input('CONFLICT')}`);
  expect(response.status).toBe(500);
});

test.each(['lean', 'official'] as const)(
  '%s: a client that disconnects aborts the signal of its call, and the reading of its body',
  async (kind) => {
    const errors: string[] = [];
    using servers = await startBoth({ onError: ({ error }) => errors.push(error.code) });
    const { port, events } = servers[kind];
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /trpc/wait HTTP/1.1\r\nhost: x\r\n\r\n');
    await vi.waitFor(() => expect(events).toContain('waiting'));
    socket.destroy();
    await vi.waitFor(() =>
      expect(events).toContainEqual(['aborted', 'AbortError: This operation was aborted']),
    );
    const cut = connect(port, '127.0.0.1');
    events.length = 0;
    cut.write(
      'POST /trpc/rename HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    await vi.waitFor(() => expect(events).toHaveLength(1));
    cut.destroy();
    await once(cut, 'close');
    // tRPC's own middleware never ends such a call.
    const ended = kind === 'lean' ? ['CLIENT_CLOSED_REQUEST'] : [];
    await vi.waitFor(() => expect(errors).toEqual(ended));
    expect((await fetch(`http://127.0.0.1:${port}/trpc/plain`)).status).toBe(200);
  },
);

test('a call ends when the client disconnected before its request arrived', async () => {
  const errors: string[] = [];
  using servers = await startBoth({ onError: ({ error }) => errors.push(error.code) }, [gone]);
  const socket = connect(servers.lean.port, '127.0.0.1', () => {
    socket.end(
      'POST /trpc/rename HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
  });
  await vi.waitFor(() => expect(errors).toEqual(['CLIENT_CLOSED_REQUEST']));
});

test('supports each tRPC link', async () => {
  const url = `http://127.0.0.1:${both.lean.port}/trpc`;
  const transformer = {
    serialize: (value: unknown): unknown => ({ wrapped: value }),
    deserialize: (value: { readonly wrapped: unknown }) => value.wrapped,
  };
  for (const link of [httpLink<TestRouter>, httpBatchLink<TestRouter>, httpBatchStreamLink<TestRouter>]) {
    const client = createTRPCClient<TestRouter>({ links: [link({ url, transformer })] });
    /* oxlint-disable no-await-in-loop -- one link after the other */
    const answers = await Promise.all([
      client.greet.query({ name: 'Bo' }),
      client.plain.query(),
      client.later.plain.query(),
    ]);
    expect(answers).toEqual(['Hello, Bo!', { list: [1, 'two', null] }, 'lazy']);
    expect(await client.rename.mutate({ name: 'Bo' })).toEqual({ name: 'Bo' });
    await expect(client.fail.query('CONFLICT')).rejects.toMatchObject({
      data: { code: 'CONFLICT', httpStatus: 409 },
    });
    /* oxlint-enable no-await-in-loop */
  }
});
