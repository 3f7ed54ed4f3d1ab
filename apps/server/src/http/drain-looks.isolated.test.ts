import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import express from 'express';
import { expect, test, vi } from 'vitest';
import { createDrain } from './drain.ts';
import { createHttpServer } from './create-http-server.ts';

/** The pauses between two checks, in milliseconds. Each ends as soon as the server has read what has arrived. */
const pauses: number[] = [];
vi.mock('node:timers/promises', async (load) => {
  const timers = await load<typeof import('node:timers/promises')>();
  return {
    ...timers,
    setTimeout: (milliseconds: number, value: unknown) => {
      pauses.push(milliseconds);
      return timers.setImmediate(value);
    },
  };
});

/** The number of checks when the server closed the connection. */
async function looksUntilTheEndOf(socket: Socket): Promise<number> {
  socket.on('error', () => {});
  await once(socket, 'close');
  return pauses.length;
}

test('an idle connection is closed after a second, and one whose request is never answered after eight', async () => {
  const drain = createDrain();
  const app = express();
  app.use(drain.middleware);
  const endless = Promise.withResolvers<undefined>();
  app.get('/endless', () => endless.resolve(undefined));
  app.get('/', (_request, response) => {
    response.send('ok');
  });
  const server = createHttpServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // oxlint-disable-line typescript/no-unsafe-type-assertion -- listens on TCP
  const ask = (path: string): Socket => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    return socket;
  };
  const idle = ask('/');
  const [answer] = await once(idle, 'data');
  expect(String(answer)).toMatch(/connection: keep-alive/i);
  const waiting = ask('/endless');
  await endless.promise;
  const ends = Promise.all([looksUntilTheEndOf(idle.resume()), looksUntilTheEndOf(waiting.resume())]);

  const closed = drain.close(server);
  // Pending requests do not keep the server listening.
  expect(server.listening).toBe(false);
  await closed;

  const [ofIdle, ofWaiting] = await ends;
  expect(new Set(pauses)).toEqual(new Set([20]));
  // 20 ms each. The client notices the end a few checks later.
  expect(ofIdle).toBeGreaterThanOrEqual(51);
  expect(ofIdle).toBeLessThan(200);
  expect(ofWaiting).toBeGreaterThanOrEqual(401);
  expect(ofWaiting).toBeLessThan(600);
});
