import { expect, test } from 'vitest';
import { openRaw, sendRaw } from '../testing/raw-request.ts';
import { serve, type Served } from '../testing/serve.ts';
import { createBodyMemory } from './body-memory.ts';
import { readBody } from './read-body.ts';

const limit = 100;
/** Bytes for all bodies that are being read. */
const total = 150;

interface Options {
  readonly deadline?: number;
  /** Called when the reading of a body starts. */
  readonly onBegun?: () => void;
  /** Called when a body has been read or refused. */
  readonly onOutcome?: (outcome: string) => void;
}

/** Responds with what it has read, or with the error code. */
function serveBodies(options: Options = {}): Promise<Served> {
  const { deadline = 600_000, onBegun = () => {}, onOutcome = () => {} } = options;
  const memory = createBodyMemory(total);
  return serve((request, response) => {
    onBegun();
    const read = async () => readBody(request, { limit, tooLarge: 'WEBHOOK_TOO_LARGE', deadline, memory });
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
  ['an encoding', [head('content-encoding: gzip', 'content-length: 2'), 'ok'], 'UNSUPPORTED_ENCODING'],
])('with %s: %j is %s', async (_, parts, expected) => {
  await using server = await serveBodies();
  expect(bodyOf(await sendRaw(server.url, parts.join('')))).toBe(expected);
});

test('a body that does not arrive in time is REQUEST_TIMEOUT, and one whose client disconnected is REQUEST_ABORTED', async () => {
  await using slow = await serveBodies({ deadline: 50 });
  expect(bodyOf(await sendRaw(slow.url, `${head('content-length: 5')}hell`))).toBe('REQUEST_TIMEOUT');
  const begun = Promise.withResolvers<void>();
  const outcome = Promise.withResolvers<string>();
  await using server = await serveBodies({ onBegun: begun.resolve, onOutcome: outcome.resolve });
  const gone = openRaw(server.url, `${head('content-length: 5')}hell`);
  await begun.promise;
  gone.end();
  expect(await outcome.promise).toBe('REQUEST_ABORTED');
});

test('a long body is aborted for a shorter one and not vice versa, and its memory is freed', async () => {
  const outcomes: string[] = [];
  await using server = await serveBodies({ onOutcome: (outcome) => outcomes.push(outcome) });
  const unfinished = (length: number) =>
    openRaw(server.url, `${head(`content-length: ${length}`)}${'x'.repeat(length - 1)}`);
  const long = unfinished(100);
  const short = unfinished(60);
  await long.ended;
  expect(bodyOf(long.answer())).toBe('SERVER_BUSY');
  const another = await sendRaw(server.url, `${head('content-length: 100')}${'x'.repeat(100)}`);
  expect(bodyOf(another)).toBe('SERVER_BUSY');
  short.end();
  await expect.poll(() => outcomes).toEqual(['SERVER_BUSY', 'SERVER_BUSY', 'REQUEST_ABORTED']);
  for (let count = 0; count < 5; count++) {
    const body = 'y'.repeat(100);
    expect(bodyOf(await sendRaw(server.url, `${head('content-length: 100')}${body}`))).toBe(body); // oxlint-disable-line no-await-in-loop -- sequential
  }
});
