import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { portOf } from '../../testing/serve.ts';
import { openRaw, sendRaw } from '../../testing/raw-request.ts';
import { createHttpServer, type HttpLimits } from './create-http-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

let end: () => void = () => {};
/** The number of connections that the running server has accepted and closed. */
let connections: { accepted: number; closed: number };
afterEach(() => end());

async function start(changes: HttpLimits): Promise<string> {
  const server = createHttpServer((request, response) => {
    if (request.url === '/never') return;
    if (request.url === '/large') response.end(Buffer.alloc(100_000_000));
    else request.resume().on('end', () => response.end('ok'));
  }, changes).listen(0, '127.0.0.1');
  end = () => server.close().closeAllConnections();
  const counts = (connections = { accepted: 0, closed: 0 });
  server.on('connection', (socket) => {
    counts.accepted += 1;
    socket.once('close', () => (counts.closed += 1));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${portOf(server.address())}`;
}

const quickly = { headersTimeout: 300, requestTimeout: 300, connectionsCheckingInterval: 50 };

test('headers and bodies that do not arrive get 408, and their connection is closed', async () => {
  const url = await start(quickly);
  const [headers, body] = await Promise.all([
    sendRaw(url, 'GET / HTTP/1.1\r\nhost: x\r\n'),
    sendRaw(url, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nx'),
  ]);
  expect(headers).toMatchObject({ status: 408, closed: true });
  expect(body).toMatchObject({ status: 408, closed: true });
});

test('a silent connection is closed', async () => {
  const url = await start(quickly);
  expect(await sendRaw(url, '')).toMatchObject({ closed: true });
});

test('headers of more than 16 KiB get 431', async () => {
  const url = await start({});
  const large = `GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(17_000)}\r\n\r\n`;
  expect(await sendRaw(url, large)).toMatchObject({ status: 431, closed: true });
});

test.each(['\u0000\u0000\u0000\u0000', '\u0016\u0003\u0001\u0000\u00f7'])(
  'invalid HTTP gets 400: %j',
  async (bytes) => {
    const url = await start({});
    expect(await sendRaw(url, bytes)).toMatchObject({ status: 400, closed: true });
  },
);

test('a connection with more than two requests in progress is closed', async () => {
  const url = await start({});
  const pipelined = await sendRaw(url, 'GET /never HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(3));
  expect(pipelined).toMatchObject({ text: '', closed: true });
});

test('a client that has read a whole response may continue before the server has ended it', async () => {
  const ended: (() => void)[] = [];
  const server = createHttpServer((_request, response) => {
    response.setHeader('content-length', 2).write('ok');
    ended.push(() => response.end());
  });
  // Each new request ends the previous response.
  let count = 0;
  server.on('request', () => setImmediate(() => (count++ > 0 ? ended.shift()?.() : undefined)));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  end = () => server.close().closeAllConnections();
  const socket = connect(portOf(server.address()), '127.0.0.1');
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString()));
  const answers = (): number => text.split('\r\n\r\nok').length - 1;
  for (let index = 1; index <= 20; index++) {
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await waitFor(() => expect(answers()).toBe(index));
  }
  socket.destroy();
});

test('sequential requests share a connection', async () => {
  const url = await start({});
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  for (let index = 0; index < 50; index++) {
    const sent = request(url, { agent }).end();
    const [response] = await once(sent, 'response');
    ports.add(sent.socket?.localPort);
    await once(response.resume(), 'end');
  }
  agent.destroy();
  expect(ports.size).toBe(1);
});

test('a client that does not read its response is disconnected', async () => {
  const url = await start({ idleTimeout: 300 });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n');
  let received = 0;
  socket.on('error', () => {});
  socket.on('data', (bytes) => (received += bytes.length)).pause();
  await expect.poll(() => connections.closed).toBe(1);
  const isOver = once(socket, 'close');
  socket.resume();
  await isOver;
  expect(received).toBeLessThan(100_000_000);
});

test('connections beyond the limit are closed before they send anything', async () => {
  const url = await start({ maxConnections: 2 });
  const held = [1, 2].map(() => openRaw(url, 'GET / HTTP/1.1\r\n'));
  await expect.poll(() => connections.accepted).toBe(2);
  expect(await sendRaw(url, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n')).toMatchObject({
    status: undefined,
    closed: true,
  });
  for (const connection of held) connection.end();
  await waitFor(async () => expect((await fetch(url)).status).toBe(200));
});

const inChunks = (size: number, count: number): string =>
  `POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n${`${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`.repeat(count)}0\r\n\r\n`;

test.each([
  [1, 101],
  [16, 10_000],
  [255, 100_000],
])('chunks of %i bytes, %i of them: the connection is closed', async (size, count) => {
  const url = await start({});
  expect(await sendRaw(url, inChunks(size, count))).toMatchObject({
    status: undefined,
    closed: true,
  });
});

test.each([
  [1, 100],
  [256, 10_000],
  [100_000, 100],
])('chunks of %i bytes, %i of them, are read', async (size, count) => {
  const url = await start({});
  expect(await sendRaw(url, inChunks(size, count))).toMatchObject({ status: 200 });
});
