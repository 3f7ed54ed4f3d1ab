import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { expect, test } from 'vitest';
import { createHttpServer } from '../http/create-http-server.ts';
import { AppError } from '../app-error.ts';
import type { SignedIn } from './context.ts';
import { createHandler } from './create-handler.ts';
import { router, signedIn } from './trpc.ts';

test('while it is not known who calls, the body waits in the network: a few kilobytes of it are in memory', async () => {
  const verified = Promise.withResolvers<SignedIn>();
  const writing = router({ write: signedIn.mutation(() => 'written') });
  const sockets: Socket[] = [];
  const server = createHttpServer(
    express()
      .use((request, _response, next) => {
        sockets.push(request.socket);
        next();
      })
      .use('/api/trpc', createHandler({ router: writing, authenticate: () => verified.promise })),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // oxlint-disable-line typescript/no-unsafe-type-assertion -- it listens on a port
  const client = connect(port, '127.0.0.1');
  client.on('error', () => {});
  let answer = '';
  client.on('data', (bytes: Buffer) => (answer += bytes.toString()));
  client.write(
    'POST /api/trpc/write HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 131000\r\n\r\n',
  );
  await expect.poll(() => sockets.length, { timeout: 5_000 }).toBe(1);
  // In small parts, because one read may take 64 KiB.
  for (let sent = 0; sent < 128; sent++) {
    client.write('x'.repeat(1_000));
    await sleep(1); // oxlint-disable-line no-await-in-loop -- one after the other
  }
  await sleep(500);
  expect(sockets[0]?.bytesRead).toBeLessThan(65_536);
  verified.reject(new AppError('TOKEN_SIGNATURE', 'Forged.'));
  await expect.poll(() => answer, { timeout: 5_000 }).toContain('TOKEN_SIGNATURE');
  client.destroy();
  server.close().closeAllConnections();
});
