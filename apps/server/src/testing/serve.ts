import type { RequestListener } from 'node:http';
import { createHttpServer } from '../http/create-http-server.ts';
import { portOf } from './port-of.ts';

export interface Served extends AsyncDisposable {
  readonly url: string;
}

/** Listens on loopback until it is disposed. */
export async function serve(listener: RequestListener): Promise<Served> {
  const server = createHttpServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${portOf(address)}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
