import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import express from 'express';
import { AppError } from '../app-error.ts';
import { openRaw, sendRaw } from '../../testing/raw-request.ts';
import { serve, type Served } from '../../testing/serve.ts';
import { createBodiesInFlight, readBody, closeUnread } from './read-body.ts';

const limit = 100;
/** Maximum number of bytes of all bodies that are being read. */
const total = 150;

interface Options {
  readonly onBegun?: () => void;
  readonly onOutcome?: (outcome: string) => void;
}

/** Starts a server that responds with the body that it has read, or with the error code. */
function serveBodies(options: Options = {}): Promise<Served> {
  const { onBegun = () => {}, onOutcome = () => {} } = options;
  const bodies = createBodiesInFlight(total);
  return serve((request, response) => {
    onBegun();
    const read = async () => readBody(request, { limit, tooLarge: 'WEBHOOK_TOO_LARGE', bodies });
    void read()
      .then(
        (bytes) => bytes.toString(),
        (error: unknown) => String(Object(error).code),
      )
      .then((outcome) => {
        onOutcome(outcome);
        response.setHeader('connection', 'close').end(outcome);
      });
  });
}
const head = (...headers: string[]): string =>
  ['POST / HTTP/1.1', 'host: x', ...headers, '', ''].join('\r\n');
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const bodyOf = ({ text }: { readonly text: string }): string => text.split('\r\n\r\n').slice(1).join();

test.each([
  ['a body', [head('content-length: 5'), 'hello'], 'hello'],
  ['none', [head('content-length: 0')], ''],
  ['the longest', [head(`content-length: ${limit}`), 'x'.repeat(limit)], 'x'.repeat(limit)],
  ['one of a byte more', [head(`content-length: ${limit + 1}`)], 'WEBHOOK_TOO_LARGE'],
  ['chunks', [head('transfer-encoding: chunked'), chunk('hel'), chunk('lo'), '0\r\n\r\n'], 'hello'],
  [
    'the longest in chunks',
    [head('transfer-encoding: chunked'), chunk('x'.repeat(99)), chunk('y'), '0\r\n\r\n'],
    `${'x'.repeat(99)}y`,
  ],
  [
    'chunks of a byte more',
    [head('transfer-encoding: chunked'), chunk('x'.repeat(99)), chunk('yz')],
    'WEBHOOK_TOO_LARGE',
  ],
  ['no encoding', [head('content-encoding: Identity', 'content-length: 2'), 'ok'], 'ok'],
  ['an unknown encoding', [head('content-encoding: x', 'content-length: 2'), 'ok'], 'UNSUPPORTED_ENCODING'],
  ['an encoding', [head('content-encoding: gzip', 'content-length: 2'), 'ok'], 'UNSUPPORTED_ENCODING'],
])('with %s: %j is %s', async (_, parts, expected) => {
  await using server = await serveBodies();
  expect(bodyOf(await sendRaw(server.url, parts.join('')))).toBe(expected);
});

test('a body whose client disconnected is REQUEST_ABORTED', async () => {
  const begun = Promise.withResolvers<void>();
  const outcome = Promise.withResolvers<string>();
  await using server = await serveBodies({ onBegun: begun.resolve, onOutcome: outcome.resolve });
  const gone = openRaw(server.url, `${head('content-length: 5')}hell`);
  await begun.promise;
  gone.end();
  expect(await outcome.promise).toBe('REQUEST_ABORTED');
});

test('a long body is aborted for a shorter one and not vice versa, and no longer counts', async () => {
  const outcomes: string[] = [];
  await using server = await serveBodies({ onOutcome: (outcome) => outcomes.push(outcome) });
  const unfinished = (length: number) =>
    openRaw(server.url, `${head(`content-length: ${length}`)}${'x'.repeat(length - 1)}`);
  const long = unfinished(100);
  const short = unfinished(60);
  await long.ended;
  const another = await sendRaw(server.url, `${head('content-length: 100')}${'x'.repeat(100)}`);
  expect(bodyOf(another)).toBe('SERVER_BUSY');
  short.end();
  await expect.poll(() => outcomes).toEqual(['REQUEST_ABORTED', 'SERVER_BUSY', 'REQUEST_ABORTED']);
  for (let count = 0; count < 5; count++) {
    const body = 'y'.repeat(100);
    expect(bodyOf(await sendRaw(server.url, `${head('content-length: 100')}${body}`))).toBe(body);
  }
});

function unlessBusy<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof AppError && error.code === 'SERVER_BUSY') return undefined;
    throw error;
  }
}

const steps = fc.array(fc.record({ body: fc.nat(7), isDone: fc.boolean() }), { maxLength: 60 });

test('the limit holds, only longer bodies are aborted, and a body is refused only for those that are no longer', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(limit), { minLength: 8, maxLength: 8 }), steps, (lengths, all) => {
      const bodies = createBodiesInFlight(total);
      const held = new Map<number, () => void>();
      const sumOf = (some: Iterable<number>): number =>
        [...some].reduce((sum, body) => sum + (lengths[body] ?? 0), 0);
      for (const { body, isDone } of all) {
        if (held.has(body) || isDone) {
          held.get(body)?.();
          held.delete(body);
          continue;
        }
        const [length = 0, request] = [lengths[body], new IncomingMessage(new Socket())];
        request.destroy = () => {
          held.delete(body);
          return request;
        };
        const before = [...held.keys()];
        const inTheWay = sumOf(before.filter((other) => (lengths[other] ?? 0) <= length));
        const release = unlessBusy(() => bodies.admit(request, length));
        expect(release !== undefined).toBe(inTheWay + length <= total);
        if (release !== undefined) held.set(body, release);
        const aborted = before.filter((other) => !held.has(other));
        expect(aborted.every((other) => (lengths[other] ?? 0) > length)).toBe(true);
        expect(sumOf(held.keys())).toBeLessThanOrEqual(total);
      }
    }),
  );
});

const app = express()
  .use(closeUnread)
  .post('/read', (request, response) => void request.resume().on('end', () => response.end('read')))
  .use((_request, response) => void response.end('refused'));

test.each([
  ['a body that has not arrived', 'POST / HTTP/1.1', 'content-length: 5', 'hell', true],
  ['chunks that have not arrived', 'POST / HTTP/1.1', 'transfer-encoding: chunked', '4\r\nhell\r\n', true],
  ['a body that was read', 'POST /read HTTP/1.1', 'content-length: 5', 'hello', false],
  ['an empty body', 'POST / HTTP/1.1', 'content-length: 0', '', false],
  ['no body', 'GET / HTTP/1.1', 'accept: */*', '', false],
])('a response before %s ends the connection: %s, %s, %j: %s', async (_, request, header, body, closed) => {
  await using server = await serve(app);
  const connection = openRaw(server.url, `${request}\r\nhost: x\r\n${header}\r\n\r\n${body}`);
  await expect.poll(() => connection.answer().text).toMatch(/re(ad|fused)/);
  expect(connection.answer().status).toBe(200);
  // `connection: close` announces that the server closes the connection:
  // https://www.rfc-editor.org/rfc/rfc9112#section-9.6.
  expect(/^connection: close/im.test(connection.answer().text)).toBe(closed);
  if (!closed) connection.end();
  await connection.ended;
});
