import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
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

type Exchange = readonly [IncomingMessage, ServerResponse];

interface Connection {
  isAnswering: boolean;
  /** Is answered when the answer in progress has been sent. */
  next: Exchange | undefined;
  /** Requests that came while another one waited already. */
  early: number;
}

/** Of `early`, until the connection is ended at once. */
const mostEarly = 50;

/**
 * One request at a time on each connection, and one that waits: an answer with a length is whole for its client a moment
 * before the server has ended it, so a client that takes turns may be early by one. Browsers and proxies are never earlier;
 * more requests (pipelining, RFC 9112 section 9.3.2) cost memory for as long as the answers before them are not read. They
 * are not answered: the connection ends after the answer to the one that waits, and the client may send them again. Many of
 * them end it at once: Node has made an object of each, which lives as long as the connection.
 */
function oneAtATime(listener: RequestListener): RequestListener {
  const connections = new WeakMap<Socket, Connection>();
  const answer = (connection: Connection, [request, response]: Exchange): void => {
    connection.isAnswering = true;
    connection.next = undefined;
    response.once('finish', () => {
      connection.isAnswering = false;
      if (connection.next !== undefined) answer(connection, connection.next);
    });
    listener(request, response);
  };
  return (request, response) => {
    const { socket } = request;
    const connection = connections.get(socket) ?? { isAnswering: false, next: undefined, early: 0 };
    connections.set(socket, connection);
    const isEarly = connection.early > 0 || connection.next !== undefined;
    if (!isEarly && !connection.isAnswering) {
      answer(connection, [request, response]);
    } else if (!isEarly) {
      connection.next = [request, response];
    } else {
      if (connection.early === 0) {
        socket.pause();
        connection.next?.[1].setHeader('connection', 'close');
      }
      connection.early += 1;
      if (connection.early === mostEarly) socket.destroy();
    }
  };
}
