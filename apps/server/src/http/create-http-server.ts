import { createServer, type RequestListener, type Server } from 'node:http';

/** Milliseconds and bytes. A client that is slower or sends more gets 408 or 431 from Node. */
const limits = {
  headersTimeout: 10_000,
  /** For a whole request, its body included. */
  requestTimeout: 20_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 10_000,
  maxHeaderSize: 16_384,
};

/** More connections than this are refused: each costs memory before it has said anything. */
const mostConnections = 4_000;

/** An HTTP server on which no client can hold a connection by sending slowly. */
export function createHttpServer(listener: RequestListener): Server {
  const server = createServer(limits, listener);
  server.maxConnections = mostConnections;
  return server;
}
