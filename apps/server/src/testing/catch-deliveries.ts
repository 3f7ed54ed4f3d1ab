import { createServer } from 'node:http';
import { z } from 'zod';
import { portOf } from './port-of.ts';

/** A delivery that Logto sent, byte for byte. */
export interface CaughtDelivery {
  readonly body: string;
  readonly signature: string;
}

export interface DeliveryCatcher {
  readonly url: string;
  /** The deliveries since the last call. */
  caught(): CaughtDelivery[];
  /** Sets the response status. Default: 200. */
  answer(status: number): void;
  close(): Promise<void>;
}

/** An endpoint in place of the server, so that the test can lose, repeat, delay or corrupt deliveries. */
export async function catchDeliveries(): Promise<DeliveryCatcher> {
  let all: CaughtDelivery[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const signature = z.string().parse(request.headers['logto-signature-sha-256']);
      all.push({ body: Buffer.concat(chunks).toString(), signature });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${portOf(address)}`,
    caught() {
      const caught = all;
      all = [];
      return caught;
    },
    answer(wanted) {
      status = wanted;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
