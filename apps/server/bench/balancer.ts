import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { portOf } from '../src/testing/port-of.ts';

/** A reverse proxy before replicas. */
export interface Balancer {
  readonly url: string;
  /** How often a request went to the next replica, because the first one did not take it. */
  passedOn(): number;
  close(): Promise<void>;
}

/**
 * Gives requests to the replicas in turn, as nginx does by default: what a replica did not take, and a GET that it did not answer, goes to
 * the next one; a change whose answer is missing is 502, for it may have been done. Answers pass as they come.
 */
export async function startBalancer(replicas: readonly string[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  let turn = 0;
  let passedOn = 0;

  const pass = async (incoming: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const first = turn++;
    const attempt = (tried: number): void => {
      const replica = new URL(incoming.url ?? '/', replicas[(first + tried) % replicas.length]);
      const outgoing = request(replica, {
        agent,
        method: incoming.method,
        headers: { ...incoming.headers, 'x-forwarded-for': incoming.socket.remoteAddress },
      });
      outgoing.on('response', (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
        // What has begun cannot be given to another one.
        response.on('error', () => answer.destroy());
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (answer.headersSent || answer.destroyed) return;
        const isRepeatable = error.code === 'ECONNREFUSED' || incoming.method === 'GET';
        if (isRepeatable && tried + 1 < replicas.length) {
          passedOn += 1;
          attempt(tried + 1);
        } else answer.writeHead(502).end();
      });
      answer.on('close', () => outgoing.destroy());
      outgoing.end(body);
    };
    attempt(0);
  };

  const server = createServer((incoming, answer) => {
    pass(incoming, answer).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${portOf(address)}`,
    passedOn: () => passedOn,
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
