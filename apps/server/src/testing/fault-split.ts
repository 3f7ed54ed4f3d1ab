import { createServer } from 'node:http';
import { connect } from 'node:net';
import { addressOf } from './fault-proxy.ts';
import { portOf } from './port-of.ts';

/** One address for a vendor whose components fail separately, like a gateway with paths. */
export interface FaultSplit {
  /** Without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Forwards each request to the server for its path, over a separate connection. The response is passed on byte by byte,
 * including broken ones; without a listener, the client's connection is reset.
 */
export async function startFaultSplit(targetOf: (path: string) => string): Promise<FaultSplit> {
  const server = createServer((request, response) => {
    const client = request.socket;
    const { host, port } = addressOf(targetOf(request.url ?? '/'));
    const upstream = connect(port, host);
    const headers = Object.entries({ ...request.headers, connection: 'close' }).map(
      ([name, value]) => `${name}: ${String(value)}\r\n`,
    );
    upstream.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
    request.pipe(upstream, { end: false });
    upstream.on('error', () => client.resetAndDestroy());
    upstream.on('close', () => client.destroySoon());
    response.on('close', () => upstream.destroy());
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${portOf(address)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
