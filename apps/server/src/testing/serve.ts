import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpServer } from '../platform/http/create-http-server.ts';
import { afterFile } from './after-file.ts';

/** The port in the result of `server.address()`; 0 when it does not listen on one. */
export const portOf = (address: string | AddressInfo | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;

export interface Served extends AsyncDisposable {
  readonly url: string;
}

/** Listens on loopback until it is disposed, after the file at the latest. */
export async function serve(listener: RequestListener): Promise<Served> {
  const server = createHttpServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stack = new AsyncDisposableStack();
  stack.defer(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  afterFile(() => stack.disposeAsync());
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
