import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A free loopback TCP port below the ephemeral range, so that no outgoing connection takes it before the test does.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 15_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((done) => server.close(done));
    if (isFree) return port;
  }
}
