import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sendRaw } from '../testing/raw-request.ts';
import { serve } from '../testing/serve.ts';
import { createBodyMemory, type PartialBody } from './body-memory.ts';
import { readBody } from './read-body.ts';

const limit = 100;

// Sockets have their own timers, which stay real.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Sends one request, and returns what is left when its body has been read or refused. */
async function leftovers(sent: string) {
  const memory = createBodyMemory(limit);
  const asked: number[] = [];
  const bodies = new Set<PartialBody>();
  const chunks: Buffer[] = [];
  const left = Promise.withResolvers<object>();
  await using server = await serve((request, response) => {
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    const listeners = () => ['data', 'end', 'close'].map((event) => request.listenerCount(event));
    const before = listeners();
    void readBody(request, {
      limit,
      tooLarge: 'WEBHOOK_TOO_LARGE',
      deadline: 10_000,
      memory: {
        ...memory,
        resize(body, length) {
          asked.push(length);
          bodies.add(body);
          return memory.resize(body, length);
        },
      },
    })
      .then(String, (error: unknown) => String(Object(error).code))
      .then((outcome) => {
        left.resolve({
          outcome,
          asked,
          kept: [...bodies].map(({ bytes }) => bytes.length),
          keptOfChunks: chunks.reduce((sum, { length }) => sum + length, 0),
          listeners: listeners().map((count, index) => count - (before[index] ?? 0)),
          timers: vi.getTimerCount(),
          isPaused: request.isPaused(),
        });
        response.setHeader('connection', 'close').end();
      });
  });
  await sendRaw(server.url, sent);
  return left.promise;
}

const chunked = (...texts: string[]): string => {
  const head = 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n';
  return head + texts.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`).join('');
};
const clean = { keptOfChunks: 0, listeners: [0, 0, 0], timers: 0 };

test('a body that was read leaves only its bytes; its memory doubles, and is truncated at the end', async () => {
  expect(await leftovers(chunked('abc', 'de', 'f', ''))).toEqual({
    ...clean,
    outcome: 'abcdef',
    asked: [3, 6],
    kept: [6],
    isPaused: false,
  });
  expect(await leftovers(chunked('a'.repeat(60), 'b', ''))).toEqual({
    ...clean,
    outcome: `${'a'.repeat(60)}b`,
    asked: [60, limit, 61],
    kept: [61],
    isPaused: false,
  });
});

test('a refused body leaves nothing, and is not read further', async () => {
  const refused = { ...clean, kept: [0], isPaused: true };
  expect(await leftovers(chunked('a'.repeat(60), 'b'.repeat(41)))).toEqual({
    ...refused,
    outcome: 'WEBHOOK_TOO_LARGE',
    asked: [60],
  });
});
