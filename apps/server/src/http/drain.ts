import { Server as NetServer } from 'node:net';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestHandler } from 'express';

/** Milliseconds between two checks. */
const pause = 20;

/**
 * Counts checks instead of milliseconds, because the server reads what has arrived between two checks. On a server that
 * is blocked for a second, requests in the kernel look like idle connections.
 */
const limits = {
  /** For keep-alive connections without a request, about a second, so that a request in transit is still answered. */
  idle: 50,
  /** For requests in progress, about eight seconds. */
  active: 400,
};

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
export function createDrain(): Drain {
  let draining = false;
  return {
    middleware(_request, response, next) {
      if (draining) response.setHeader('connection', 'close');
      next();
    },
    async close(server) {
      draining = true;
      const closed = new Promise<void>((resolve) => {
        NetServer.prototype.close.call(server, () => resolve());
      });
      const isClosed = closed.then(() => true);
      /* oxlint-disable no-await-in-loop -- polls until it is closed */
      for (let looks = 0; !(await Promise.race([isClosed, sleep(pause, false)])); looks++) {
        if (looks > limits.idle) server.closeIdleConnections();
        if (looks > limits.active) server.closeAllConnections();
      }
      /* oxlint-enable no-await-in-loop */
      await closed;
    },
  };
}
