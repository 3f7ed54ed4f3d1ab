import { Server as NetServer } from 'node:net';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestHandler } from 'express';

/** Milliseconds between two looks. */
const pause = 20;

/**
 * Looks, not milliseconds: between two looks the server reads what has arrived. Of a server that stands still for a second,
 * requests are waiting in the kernel that look like idle connections.
 */
const limits = {
  /** For keep-alive connections without a request, about a second: a request that is on its way is still answered. */
  idle: 50,
  /** For requests that are being answered, about eight seconds. */
  active: 400,
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
      const isClosed = closed.then(() => true);
      /* oxlint-disable no-await-in-loop -- looks again until it is closed */
      for (let looks = 0; !(await Promise.race([isClosed, sleep(pause, false)])); looks++) {
        if (looks > limits.idle) server.closeIdleConnections();
        if (looks > limits.active) server.closeAllConnections();
      }
      /* oxlint-enable no-await-in-loop */
      await closed;
    },
  };
}
