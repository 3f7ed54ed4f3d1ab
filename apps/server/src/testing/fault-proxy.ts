import { randomBytes } from 'node:crypto';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterFile } from './after-file.ts';
import { portOf, serve, type Served } from './serve.ts';

/**
 * The effect on connections. `refused` also breaks open connections; the other faults also affect new bytes on open
 * connections.
 */
export type NetworkFault =
  | 'none'
  /** There is no listener: ECONNREFUSED. */
  | 'refused'
  /** Connections are accepted, then reset (RST). */
  | 'reset'
  /** Connections are accepted, but no byte passes in either direction. */
  | 'hanging'
  /** Each chunk of a response is delayed, by default 300 ms. */
  | 'slow'
  /** The first response stops halfway, and the connection breaks. */
  | 'half'
  /** Random bytes instead of a response. */
  | 'garbage'
  /** 429 with `Retry-After: 1`, like a vendor's gateway above its limits. HTTP only. */
  | 'limited';

const tooManyRequests = [
  'HTTP/1.1 429 Too Many Requests',
  'retry-after: 1',
  'content-type: application/json',
  'content-length: 2',
  'connection: close',
  '',
  '{}',
].join('\r\n');

/**
 * A proxy between a client and a server on loopback that injects network faults. Closed after the test file at the
 * latest.
 */
export interface FaultProxy {
  readonly port: number;
  /** The same URL with the proxy's address. */
  through(url: string): string;
  set(fault: NetworkFault, options?: { readonly lateBy?: number }): Promise<void>;
  /** Points new connections to another server. */
  retarget(url: string): void;
  /** Number of open connections. */
  open(): number;
  /** Number of connections accepted since the start. */
  accepted(): number;
  close(): Promise<void>;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let upstream = addressOf(target);
  let fault: NetworkFault = 'none';
  let delay = 0;
  let accepted = 0;
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };

  const serve = (client: Socket): void => {
    accepted += 1;
    track(client);
    if (fault === 'reset') {
      client.resetAndDestroy();
      return;
    }
    const server = connect(upstream.port, upstream.host);
    track(server);
    const broken = (): void => {
      client.destroy();
      server.destroy();
    };
    client.on('close', broken);
    let answered: Promise<unknown> = Promise.resolve();
    server.on('close', () => void answered.then(broken));
    client.on('data', (chunk) => {
      if (fault === 'limited') client.end(tooManyRequests);
      else if (fault !== 'hanging') server.write(chunk);
    });
    server.on('data', (chunk) => {
      answered = Promise.all([answered, answer(chunk)]);
    });
    const answer = async (chunk: Buffer): Promise<void> => {
      if (fault === 'hanging') return;
      if (fault === 'slow') await sleep(delay);
      if (fault === 'reset') client.resetAndDestroy();
      else if (fault === 'garbage') client.end(randomBytes(64));
      else if (fault === 'half') client.end(chunk.subarray(0, Math.ceil(chunk.length / 2)));
      else client.write(chunk);
    };
  };
  let listener = await listen(serve, 0);
  const { port } = listener;

  const close = async (): Promise<void> => {
    const closed = stop(listener.server);
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  afterFile(close);
  return {
    port,
    through(url) {
      const changed = new URL(url);
      changed.hostname = '127.0.0.1';
      changed.port = String(port);
      return changed.href;
    },
    async set(wanted, { lateBy = 300 } = {}) {
      const before = fault;
      delay = lateBy;
      fault = wanted;
      if (wanted === 'refused' && before !== 'refused') {
        const closed = stop(listener.server);
        for (const socket of sockets) socket.destroy();
        await closed;
      } else if (wanted !== 'refused' && before === 'refused') {
        listener = await listen(serve, port);
      }
      if (wanted === 'reset') for (const socket of sockets) socket.resetAndDestroy();
    },
    retarget(url) {
      upstream = addressOf(url);
    },
    open: () => Math.ceil(sockets.size / 2),
    accepted: () => accepted,
    close,
  };
}

function addressOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname, port: port === '' ? (protocol === 'postgresql:' ? 5432 : 80) : Number(port) };
}

function listen(serve: (socket: Socket) => void, port: number): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = createServer(serve);
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, port: portOf(address) });
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (server.listening) server.close(() => resolve());
    else resolve();
  });
}

/**
 * Starts a server that gives the components of a vendor, which fail separately, one address, like a gateway with paths.
 *
 * Forwards each request to the server for its path, over a separate connection. Responses, including broken ones, are
 * passed on byte by byte; without a listener, the client's connection is reset.
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
