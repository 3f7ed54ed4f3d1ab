import { Agent, request } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Express } from 'express';
import { expect, test } from 'vitest';
import { portOf } from '../../testing/serve.ts';
import { createDrain, createHttpServer } from './create-http-server.ts';

async function start(app: Express) {
  const server = createHttpServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: portOf(server.address()) };
}

test('a draining server drops no keep-alive request, asks clients to reconnect, and ends', async () => {
  const drain = createDrain();
  const app = express().use(drain.middleware);
  app.get('/', async (_request, response) => {
    await sleep(Math.random() * 20);
    response.send('ok');
  });
  const { server, port } = await start(app);
  let connections = 0;
  server.on('connection', () => (connections += 1));
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const cut: unknown[] = [];
  let answered = 0;
  let isRefusing = false;
  const send = (): Promise<void> =>
    new Promise((resolve) => {
      const sent = request({ port, host: '127.0.0.1', agent }, (response) => {
        response.resume();
        response.on('end', () => {
          answered += 1;
          resolve();
        });
      });
      sent.on('error', (error) => {
        // A new connection is refused once the server no longer listens; a request on an open one must be answered.
        if ('code' in error && error.code === 'ECONNREFUSED') isRefusing = true;
        else cut.push(error);
        resolve();
      });
      sent.end();
    });
  const client = async (): Promise<void> => {
    // oxlint-disable-next-line no-unmodified-loop-condition -- `send` sets it
    while (!isRefusing) await send();
  };
  const clients = Promise.all(Array.from({ length: 32 }, client));
  // The server can only drain connections that it has accepted.
  await expect.poll(() => connections).toBe(32);
  await expect.poll(() => answered).toBeGreaterThan(100);
  await drain.close(server);
  await clients;
  agent.destroy();
  expect(cut).toEqual([]);
});

test('an idle connection, and one whose request is never answered, do not delay the server for long', async () => {
  const drain = createDrain({ idle: 20, active: 100 });
  const asked = Promise.withResolvers<void>();
  const app = express().use(drain.middleware);
  app.get('/idle', (_request, response) => void response.send('ok'));
  app.get('/endless', () => asked.resolve());
  const { server, port } = await start(app);
  const idle = await fetch(`http://127.0.0.1:${port}/idle`);
  expect([await idle.text(), idle.headers.get('connection')]).toEqual(['ok', 'keep-alive']);
  const endless = fetch(`http://127.0.0.1:${port}/endless`).catch(() => 'ended');
  await asked.promise;
  const closed = drain.close(server);
  // Pending requests do not keep the server listening.
  expect(server.listening).toBe(false);
  await closed;
  expect(await endless).toBe('ended');
});

test('a server that is blocked while draining drops no request waiting in the kernel', async () => {
  const drain = createDrain();
  const app = express().use(drain.middleware);
  app.get('/', (_request, response) => {
    response.send('ok');
  });
  const { server, port } = await start(app);
  const socket = connect(port, '127.0.0.1');
  const ask = (): boolean => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  ask();
  await once(socket, 'data');
  const closed = drain.close(server);
  const answer = once(socket, 'data');
  ask();
  standStill(1_500);
  expect(String((await answer)[0])).toContain('200 OK');
  await closed;
});

/** Blocks this process for this many milliseconds. */
function standStill(duration: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, duration);
}
