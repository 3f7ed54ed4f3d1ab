import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { pinoHttp } from 'pino-http';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { boundAnswers } from './bound-answers.ts';
import { createHttpServer } from './create-http-server.ts';
import { problem } from './problem.ts';

const patience = 1_500;
const app = express();
app.use(pinoHttp({ logger: pino({ level: 'silent' }) }));
app.use(boundAnswers({ most: 2, patience }));
app.get('/large', (_request, response) => void response.end(Buffer.alloc(100_000_000)));
app.get('/small', (_request, response) => void response.end('small'));
app.use(problem);
const server = createHttpServer(app);
let port: number;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ({ port } = server.address() as AddressInfo); // oxlint-disable-line typescript/no-unsafe-type-assertion -- it listens on a port
});
afterEach(() => void vi.useRealTimers());
afterAll(() => server.close().closeAllConnections());

/** A client that sends a request and does not read the response. */
const askDeafly = async (): Promise<Socket> => {
  const begun = once(server, 'request');
  const socket = connect(port, '127.0.0.1').pause();
  socket.on('error', () => {});
  socket.write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n');
  await begun;
  return socket;
};

const small = (): Promise<Response> => fetch(`http://127.0.0.1:${port}/small`);

test('responses that were read free their slots immediately', async () => {
  for (let count = 0; count < 6; count++) expect((await small()).status).toBe(200); // oxlint-disable-line no-await-in-loop -- sequential
});

test('clients that do not read delay the next one only briefly: the oldest of them is disconnected', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const deaf = [await askDeafly(), await askDeafly()];
  const refused = await small();
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ code: 'SERVER_BUSY' });
  vi.advanceTimersByTime(patience);
  expect((await small()).status).toBe(200);
  // One of the two was disconnected.
  let received = 0;
  deaf[0]?.on('data', (bytes: Buffer) => (received += bytes.length)).resume();
  if (deaf[0]?.closed === false) await once(deaf[0], 'close');
  expect(received).toBeLessThan(100_000_000);
  deaf[1]?.destroy();
});
