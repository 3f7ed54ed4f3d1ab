import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { boundPieces } from './bound-pieces.ts';

/** Milliseconds, bytes, connections. */
export interface HttpLimits {
  /** For the headers; a client that is slower gets 408. */
  readonly headersTimeout: number;
  /** For a whole request, its body included; a client that is slower gets 408. */
  readonly requestTimeout: number;
  /** Between two looks for requests that are too slow. */
  readonly connectionsCheckingInterval: number;
  /** For the next request on a connection. */
  readonly keepAliveTimeout: number;
  /** Without a byte in either direction: the client does not read its answer. */
  readonly idleTimeout: number;
  /** More get 431. */
  readonly maxHeaderSize: number;
  /** Of a request that nobody reads yet, and of an answer that its client does not read yet. */
  readonly highWaterMark: number;
  /** More are ended at once: each costs memory before it has said anything. */
  readonly maxConnections: number;
}

const defaults: HttpLimits = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 10_000,
  // Longer than any call takes, and than the pause between two pings of a subscription.
  idleTimeout: 60_000,
  maxHeaderSize: 16_384,
  highWaterMark: 16_384,
  maxConnections: 4_000,
};

/** An HTTP server on which no client can hold a connection by sending or reading slowly. */
export function createHttpServer(listener: RequestListener, changes: Partial<HttpLimits> = {}): Server {
  const { maxConnections, idleTimeout, ...limits } = { ...defaults, ...changes };
  const server = createServer(
    limits,
    oneAtATime((request, response) => {
      boundPieces(request);
      listener(request, response);
    }),
  );
  server.maxConnections = maxConnections;
  server.setTimeout(idleTimeout);
  return server;
}

/** Requests that may come before the answer to the one in progress, until the connection is ended at once. */
const mostEarly = 50;

/**
 * One request at a time on each connection. Browsers and proxies wait for an answer before they send the next request; one that
 * comes earlier (pipelining, RFC 9112 section 9.3.2) costs memory for as long as the answers before it are not read. It is
 * not answered: the connection ends after the answer in progress, and the client may send the request again. Many of them end
 * it at once: Node has made an object of each, which lives as long as the connection.
 */
function oneAtATime(listener: RequestListener): RequestListener {
  const answering = new WeakMap<Socket, ServerResponse>();
  const early = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    const current = answering.get(socket);
    const before = early.get(socket) ?? 0;
    if (before === 0 && (current === undefined || current.writableFinished)) {
      answering.set(socket, response);
      listener(request, response);
      return;
    }
    early.set(socket, before + 1);
    if (before === 0) {
      socket.pause();
      if (current?.headersSent === false) current.setHeader('connection', 'close');
      current?.once('finish', () => socket.destroySoon());
    }
    if (before === mostEarly) socket.destroy();
  };
}
