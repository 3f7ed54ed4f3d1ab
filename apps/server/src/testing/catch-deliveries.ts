import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { serve } from './serve.ts';

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
}

/** An endpoint in place of the server, so that the test can lose, repeat, delay or corrupt deliveries. */
export async function catchDeliveries(): Promise<DeliveryCatcher> {
  let all: CaughtDelivery[] = [];
  let status = 200;
  const { url } = await serve((request, response) => {
    const signature = z.string().parse(request.headers['logto-signature-sha-256']);
    void text(request).then((body) => {
      all.push({ body, signature });
      response.writeHead(status).end();
    });
  });
  return {
    url,
    caught() {
      const caught = all;
      all = [];
      return caught;
    },
    answer(wanted) {
      status = wanted;
    },
  };
}
