import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { boundPieces } from './bound-pieces.ts';

/** In milliseconds, bytes and connections. */
export interface HttpLimits {
  /** For the headers; a slower client gets 408. */
  readonly headersTimeout: number;
  /** For a whole request including its body; a slower client gets 408. */
  readonly requestTimeout: number;
  /** Between two checks for slow requests. */
  readonly connectionsCheckingInterval: number;
  /** For the next request on a connection. */
  readonly keepAliveTimeout: number;
  /** Without a byte in either direction: the client does not read its response. */
  readonly idleTimeout: number;
  /** Larger headers get 431. */
  readonly maxHeaderSize: number;
  /** For unread requests, and for responses that the client has not read yet. */
  readonly highWaterMark: number;
  /** Further connections are closed immediately, because each costs memory before it sends anything. */
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

/** An HTTP server on which clients cannot hold connections by sending or reading slowly. */
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
  /** Processed when the current response has been sent. */
  next: Exchange | undefined;
  /** The number of requests that arrived while another one was already queued. */
  early: number;
}

/** The maximum of `early` before the connection is closed immediately. */
const mostEarly = 50;

/**
 * Handles one request at a time on each connection, with one queued: a client has a complete response with a length
 * slightly before the server has ended it, so a client that takes turns may be early by one. Browsers and proxies are
 * never earlier; more requests (pipelining, RFC 9112 section 9.3.2) use memory for as long as the previous responses
 * are not read. They are not answered: the connection is closed after the response to the queued one, and the client
 * may send them again. Many of them close it immediately, because Node has allocated an object for each, which lives as
 * long as the connection.
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
