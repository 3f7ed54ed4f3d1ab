import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { signingKey } from './test-server.ts';
import { text } from 'node:stream/consumers';
import { serve } from './serve.ts';

const Answer = z.looseObject({ code: z.string().optional() });

/** Signs a body like Logto: lower-case hex of HMAC-SHA256 over the raw bytes. */
export const sign = (body: string | Uint8Array, key = signingKey): string =>
  createHmac('sha256', key).update(body).digest('hex');

/** Sends a delivery to the server, by default with a valid signature. Returns the status and the error code. */
export async function deliver(
  serverUrl: string,
  body: string | Uint8Array,
  signature = sign(body),
): Promise<readonly [number, string | undefined]> {
  const response = await fetch(`${serverUrl}/api/webhooks/logto`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'logto-signature-sha-256': signature },
    body: new Uint8Array(Buffer.from(body)),
  });
  return [response.status, Answer.parse(await response.json()).code];
}

/** Sends the delivery about a user's suspension, with a payload for payload mode. */
export async function deliverSuspension(serverUrl: string, userId: string): Promise<void> {
  const data = { id: userId, isSuspended: true, updatedAt: Date.now() };
  const event = { event: 'User.SuspensionStatus.Updated', createdAt: new Date().toISOString() };
  await deliver(serverUrl, JSON.stringify({ ...event, params: { userId }, data }));
}

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

/** Starts an endpoint in place of the server, so that the test can lose, repeat, delay or corrupt deliveries. */
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
