import { createServer } from 'node:http';

/** Run as a process of its own: the least that a server can be. It says when it listens. */
createServer((_request, response) => void response.end()).listen(0, '127.0.0.1', () =>
  process.send?.({ ready: true }),
);
process.once('disconnect', () => process.exit());
