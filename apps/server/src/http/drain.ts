import { Server as NetServer } from 'node:net';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestHandler } from 'express';

/** Milliseconds. */
const limits = {
  /** For keep-alive connections without a request: a request that is on its way is still answered. */
  idle: 1_000,
  /** For requests that are being answered. */
  active: 8_000,
  poll: 20,
};

export interface Drain {
  /** Before the routes: while the server drains, every answer asks for the end of its connection. */
  readonly middleware: RequestHandler;
  /** Accepts no new connections, answers what has arrived, and ends. Resolves when no connection is left. */
  close(server: Server): Promise<void>;
}

/**
 * Ends an HTTP server without cutting a request. Node's `server.close()` ends idle keep-alive connections at once, with the
 * requests that clients have just sent on them.
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
      const began = performance.now();
      const isClosed = closed.then(() => true);
      /* oxlint-disable no-await-in-loop -- looks again until it is closed */
      while (!(await Promise.race([isClosed, sleep(limits.poll, false)]))) {
        const waited = performance.now() - began;
        if (waited > limits.idle) server.closeIdleConnections();
        if (waited > limits.active) server.closeAllConnections();
      }
      /* oxlint-enable no-await-in-loop */
      await closed;
    },
  };
}
