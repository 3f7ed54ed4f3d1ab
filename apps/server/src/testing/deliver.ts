import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { signingKey } from './test-server.ts';

const Answer = z.looseObject({ code: z.string().optional() });

/** Signs like Logto: lower-case hex of HMAC-SHA256 over the raw bytes. */
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
