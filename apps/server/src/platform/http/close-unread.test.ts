import express from 'express';
import { expect, test } from 'vitest';
import { openRaw } from '../../testing/raw-request.ts';
import { serve } from '../../testing/serve.ts';
import { closeUnread } from './close-unread.ts';

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
  // The server's behavior in that case: https://www.rfc-editor.org/rfc/rfc9112#section-9.6.
  expect(/^connection: close/im.test(connection.answer().text)).toBe(closed);
  if (!closed) connection.end();
  await connection.ended;
});
