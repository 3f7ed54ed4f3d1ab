import { createServer, type RequestListener } from 'node:http';
import { portOf } from '../src/testing/serve.ts';

/** Answers each message of the parent process; with `{ error }` if the work fails. Ends when the parent disconnects. */
export function answerParent(work: (message: unknown) => unknown): void {
  process.on('message', (message) => {
    void Promise.resolve(message)
      .then(work)
      .catch((error: unknown) => ({ error: String(error) }))
      .then((answer) => process.send?.(answer));
  });
  process.once('disconnect', () => process.exit());
}

/** Serves on a free loopback port. Sends the parent the port, and an answer on request; default: the CPU time. */
export function serveParent(listener: RequestListener, answer: () => object = cpuTime): void {
  const server = createServer(listener);
  answerParent(answer);
  server.listen(0, '127.0.0.1', () => process.send?.({ port: portOf(server.address()) }));
}

function cpuTime(): { readonly cpu: number } {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system };
}
