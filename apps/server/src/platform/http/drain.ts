import { once } from 'node:events';
import { Server as NetServer } from 'node:net';
import type { Server } from 'node:http';
import type { RequestHandler } from 'express';

export interface DrainOptions {
  /** Milliseconds for keep-alive connections without a request, so that a request in transit is still answered. */
  readonly idle?: number;
  /** Milliseconds for requests in progress. */
  readonly active?: number;
}

export interface Drain {
  /** Register before the routes: while the server drains, every response closes its connection. */
  readonly middleware: RequestHandler;
  /**
   * Accepts no new connections, answers the requests that have arrived, and ends. Resolves when no connection is left.
   */
  close(server: Server): Promise<void>;
}

/**
 * Ends an HTTP server without dropping a request. Node's `server.close()` closes idle keep-alive connections
 * immediately, with the requests that clients have just sent on them.
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
      // `setImmediate` runs after what has arrived was read: when the server was blocked, connections with a request in
      // the kernel appear idle before.
      const endIdle = setInterval(() => setImmediate(() => server.closeIdleConnections()), idle);
      const endAll = setTimeout(() => setImmediate(() => server.closeAllConnections()), active);
      await closed;
      clearInterval(endIdle);
      clearTimeout(endAll);
    },
  };
}
