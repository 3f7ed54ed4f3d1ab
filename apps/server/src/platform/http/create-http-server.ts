import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http';
import { type Socket, Server as NetServer } from 'node:net';
import { once } from 'node:events';
import type { RequestHandler } from 'express';

/** Node's server options, and limits that Node does not have. Milliseconds and bytes. */
export interface HttpLimits extends ServerOptions {
  /** Further connections are closed immediately, because a connection costs memory before it sends anything. */
  readonly maxConnections?: number;
  /** Milliseconds without a byte in either direction until a connection is closed: the client does not read. */
  readonly idleTimeout?: number;
}

const defaults = {
  // A client that sends its request more slowly gets a 408.
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 10_000,
  // A request with larger headers gets a 431.
  maxHeaderSize: 16_384,
  // Buffer size per connection and direction.
  highWaterMark: 16_384,
  maxConnections: 4_000,
  // Longer than any call, and longer than the pause between two pings of a subscription.
  idleTimeout: 60_000,
};

/** An HTTP server on which clients cannot hold connections or memory by sending or reading slowly. */
export function createHttpServer(listener: RequestListener, changes: HttpLimits = {}): Server {
  const { maxConnections, idleTimeout, ...limits } = { ...defaults, ...changes };
  const inProgress = new WeakMap<Socket, number>();
  const server = createServer(limits, (request, response) => {
    const { socket } = request;
    const count = (inProgress.get(socket) ?? 0) + 1;
    if (count > maxInProgress) {
      socket.destroy();
      return;
    }
    inProgress.set(socket, count);
    response.once('close', () => inProgress.set(socket, (inProgress.get(socket) ?? 1) - 1));
    boundChunks(request);
    listener(request, response);
  });
  server.maxConnections = maxConnections;
  server.setTimeout(idleTimeout);
  return server;
}

/**
 * Maximum requests in progress on one connection. Two, because a client may receive a complete response slightly before
 * the server has ended it. Browsers and proxies do not pipeline (RFC 9112, section 9.3.2). Without the limit, Node
 * would start to answer each pipelined request immediately.
 */
const maxInProgress = 2;

/** `bytesPerMore`: the number of bytes that allow one more chunk. */
const maxChunks = { always: 100, bytesPerMore: 256 };

/**
 * Node allocates a thousand bytes for a chunk of one byte, and one read of the socket may contain ten thousand chunks
 * before it can be paused.
 */
function boundChunks(request: IncomingMessage): void {
  let chunks = 0;
  let bytes = 0;
  const push = request.push.bind(request);
  request.push = (chunk: Buffer | null, encoding) => {
    if (chunk !== null) {
      chunks += 1;
      bytes += chunk.length;
      if (chunks > maxChunks.always + bytes / maxChunks.bytesPerMore) {
        request.socket.destroy();
        return false;
      }
    }
    return push(chunk, encoding);
  };
}

export interface DrainOptions {
  /** Milliseconds that idle keep-alive connections stay open, so that a request in transit is still answered. */
  readonly idle?: number;
  /** Milliseconds that requests in progress may take. */
  readonly active?: number;
}

export interface Drain {
  /** Makes every response close its connection while the server drains. Register it before the routes. */
  readonly middleware: RequestHandler;
  /** Answers the requests that have arrived, and closes the server. Resolves when no connection is left. */
  close(server: Server): Promise<void>;
}

/**
 * Node's `server.close()` closes idle keep-alive connections immediately, and loses the requests that clients have just
 * sent on them. This does not.
 */
export function createDrain({ idle = 1_000, active = 8_000 }: DrainOptions = {}): Drain {
  let draining = false;
  return {
    middleware(_request, response, next) {
      if (draining) response.setHeader('connection', 'close');
      next();
    },
    async close(server) {
      draining = true;
      const closed = once(server, 'close');
      NetServer.prototype.close.call(server);
      // `setImmediate` runs after pending data was read. Before that, connections whose requests are still in the
      // kernel appear idle.
      const endIdle = setInterval(() => setImmediate(() => server.closeIdleConnections()), idle);
      const endAll = setTimeout(() => setImmediate(() => server.closeAllConnections()), active);
      await closed;
      clearInterval(endIdle);
      clearTimeout(endAll);
    },
  };
}
