import { once } from 'node:events';
import { connect } from 'node:net';
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpLink } from '@trpc/client';
import { TRPCError } from '@trpc/server';
import express, { type RequestHandler } from 'express';
import * as fc from 'fast-check';
import { afterAll, expect, test, vi } from 'vitest';
import { express4, startBoth, type Sent } from './testing/both-servers.ts';
import type { TestRouter } from './testing/test-router.ts';

const both = await startBoth();
afterAll(() => both[Symbol.dispose]());

const json = { 'content-type': 'application/json' };
const wrapped = (value: unknown): string => JSON.stringify({ wrapped: value });
const input = (value: unknown): string => `input=${encodeURIComponent(wrapped(value))}`;
const batchInput = (values: Readonly<Record<number, unknown>>): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(values).map(([index, value]) => [index, { wrapped: value }])),
  );

const get = (path: string, headers = {}): Sent => ({ method: 'GET', path, headers });
const post = (path: string, body: string | Buffer = '', headers = json): Sent => ({
  method: 'POST',
  path,
  headers,
  body,
});
const batch = (values: Readonly<Record<number, unknown>>): string =>
  `batch=1&input=${encodeURIComponent(batchInput(values))}`;
const bo = wrapped({ name: 'Bo' });
const notUtf8 = Buffer.from('7b2277726170706564223a7b226e616d65223a22ff227d7d', 'hex');
const form = '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n';

/** Answered by the lean middleware itself. */
const usual: readonly (readonly [string, Sent])[] = [
  ['a query', get('plain')],
  ['a nested query', get('nested.plain')],
  ['an encoded path', get('nested%2eplain')],
  ['a query that returns nothing', get('nothing')],
  ['a transformed result', get('date')],
  ['a query with an input', get(`greet?${input({ name: '한글 & ünïcode' })}`)],
  ['an input with plus signs', get('any?input=%7B%22wrapped%22:%22a+b%2Bc%22%7D')],
  ['an empty input', get('any?input=')],
  ['an input that is null', get(`any?${input(null)}`)],
  ['two inputs', get(`any?${input(1)}&${input(2)}`)],
  ['an input that is no JSON', get('greet?input={')],
  ['an input that the transformer refuses', get('greet?input=1')],
  ['an input that the procedure refuses', get(`greet?${input({ name: 1 })}`)],
  ['a batch', get(`plain,greet?${batch({ 1: { name: 'Bo' } })}`)],
  ['a question mark too many', get('plain??batch=1')],
  ['a batch of one', get('plain?batch=1')],
  ['a batch of which one fails', get(`plain,fail?${batch({ 1: 'CONFLICT' })}`)],
  ['a batch of which all fail', get(`fail,fail?${batch({ 0: 'CONFLICT', 1: 'CONFLICT' })}`)],
  ['a batch with an input that is no object', get('any,any?batch=1&input=[1]')],
  ['a batch with a stream in it', get('plain,stream?batch=1')],
  ['a promise in the result', get('stream')],
  ['an iterable', get('generator')],
  ['an iterable in the result', get('holder')],
  ['a result that is no JSON', get('unwritable')],
  ['a batch with a result that is no JSON', get('plain,unwritable?batch=1')],
  ['an error that cannot be formatted', get('unformattable')],
  ['a context that cannot be made', get('plain', { 'x-fail': 'context' })],
  ['a batch without a context', get('plain,plain?batch=1', { 'x-fail': 'context' })],
  ['a status that the procedure sets', get('status', { 'x-status': '202' })],
  ['a mutation', post('rename', bo)],
  ['a mutation with a charset', post('rename', bo, { 'content-type': 'application/json; charset=utf-8' })],
  ['a byte order mark', post('rename', `\uFEFF${bo}`)],
  ['bytes that are no UTF-8', post('rename', notUtf8)],
  ['a mutation without an input', post('touch')],
  ['a body that is not read', post('touch', 'no JSON')],
  ['a body that is empty', post('rename')],
  ['a body that is no JSON', post('rename', '{')],
  ['a mutation that crashes', post('crash')],
  ['a batch of mutations', post('rename,touch?batch=1', batchInput({ 0: { name: 'Bo' } }))],
];

/** Passed to tRPC's own middleware. */
const others: readonly (readonly [string, Sent])[] = [
  ['a procedure that does not exist', get('nowhere')],
  ['a name that every object has', get('constructor')],
  ['a query by POST', post('plain')],
  ['a mutation by GET', get('touch')],
  ['a batch of both kinds', post('touch,plain?batch=1', '{}')],
  ['a path that cannot be decoded', get('%ff')],
  ['a lazy procedure', get('later.plain')],
  ['HEAD', { method: 'HEAD', path: 'plain' }],
  ['PUT', { method: 'PUT', path: 'touch', headers: json }],
  ['a body of another kind', post('touch', '1', { 'content-type': 'text/plain' })],
  ['a POST without a kind', { method: 'POST', path: 'touch' }],
  ['a GET of another kind', get('plain', { 'content-type': 'text/plain' })],
  ['a type that begins like JSON', post('touch', '1', { 'content-type': 'application/jsonl' })],
  ['a form', post('form', form, { 'content-type': 'multipart/form-data; boundary=x' })],
  ['a file', post('file', 'abc', { 'content-type': 'application/octet-stream' })],
  ['a streamed batch', get('plain,stream?batch=1', { 'trpc-accept': 'application/jsonl' })],
  ['a stream that is accepted', get('plain?batch=1', { accept: 'text/html, application/jsonl' })],
  ['a subscription', get('ticks')],
  ['connection parameters', get('plain?connectionParams=%7B%22a%22:%22b%22%7D')],
  ['a host that is none', get('plain', { host: 'a b' })],
  ['a host with a name', get('plain', { host: 'a@b' })],
  ['a fragment', get('plain?a=1#b')],
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
  const names = [...'plain greet any rename touch fail stream nowhere __proto__ % %2C'.split(' '), ''];
  const values = [
    '',
    bo,
    '{"0":{"wrapped":{"name":"Bo"}}}',
    ...'{ 1 null [] %ff + "\\ud800" {"1":{"wrapped":1}}'.split(' '),
  ];
  const Request = fc.record({
    method: fc.constantFrom('GET', 'GET', 'POST', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'),
    path: fc
      .record({
        names: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
        query: fc.array(
          fc.constantFrom(
            ...'batch=1 batch=0 batch= batch input & %'.split(' '),
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
const plain = get('plain');
const renameBo = post('rename', bo);

test.each<[Parameters<typeof startBoth>[0], Sent, object]>([
  [{ allowBatching: false }, get('plain?batch=1'), { status: 400 }],
  [{ batching: { enabled: false } }, get('plain?batch=1'), { status: 400 }],
  [{ maxBatchSize: 1 }, get('plain,plain?batch=1'), { status: 400 }],
  [{ allowMethodOverride: true }, post('plain', '{}'), { status: 200 }],
  [{ maxBodySize: 10 }, renameBo, { status: 413, isDirect: true }],
  [{ maxBodySize: 10 }, post('touch', 'longer than allowed'), { status: 200, isDirect: true }],
  [{ maxBodySize: 0 }, renameBo, { status: 200, isDirect: true }],
  [
    {
      middleware(_, res, next) {
        res.setHeader('x-before', '1');
        next();
      },
    },
    plain,
    { status: 200, isDirect: false },
  ],
])("takes tRPC's options %j and returns the same responses", async (options, sent, expected) => {
  expect(await answersOf(options, sent)).toMatchObject(expected);
});

test("takes tRPC's responseMeta and returns the same responses", async () => {
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
  await answersOf(
    {
      responseMeta({ data, errors, paths, type, eagerGeneration, ctx }) {
        const messages = errors.map(({ message }) => message);
        seen.push({ data, messages, paths, type, eagerGeneration, hasContext: ctx !== undefined });
        return {};
      },
    },
    get('plain,fail?batch=1'),
  );
  expect(seen[0]).toEqual(seen[1]);
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
  // tRPC's own middleware never responds in this case. With the lean middleware, Express responds.
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
    // tRPC's own middleware never ends a call whose body is cut off.
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
