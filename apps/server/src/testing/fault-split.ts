import { connect } from 'node:net';
import { addressOf } from './fault-proxy.ts';
import { serve, type Served } from './serve.ts';

/**
 * One address for a vendor whose components fail separately, like a gateway with paths.
 *
 * Forwards each request to the server for its path, over a separate connection. The response is passed on byte by byte,
 * including broken ones; without a listener, the client's connection is reset.
 */
export function startFaultSplit(targetOf: (path: string) => string): Promise<Served> {
  return serve((request, response) => {
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
}
