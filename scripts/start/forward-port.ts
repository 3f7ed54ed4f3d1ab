import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';

/** Forwards the connections to a port of loopback to another one, until the signal is aborted. */
export async function forwardPort(from: number, to: number, signal: AbortSignal): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const target = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
    // An error on one side ends both.
    pipeline(client, target, client, () => {});
  });
  server.listen({ port: from, host: '127.0.0.1', signal });
  await once(server, 'listening');
}
