import { createHmac } from 'node:crypto';
import { request } from '../http/request.ts';

/** Signs like Logto: HMAC-SHA256 of the body as lower-case hex; the key is used as text. */
export function sign(body: string, key: string): string {
  return createHmac('sha256', key).update(body).digest('hex');
}

/**
 * Sends one delivery like Logto. Returns the status and the first 300 characters of the response, or a string with the
 * reason why there is none.
 */
export async function sendDelivery(
  url: string,
  { body, signature }: { readonly body: string; readonly signature: string },
): Promise<{ readonly ok: boolean; readonly status: number; readonly text: string } | string> {
  const response = await request(url, {
    method: 'POST',
    redirect: 'follow',
    headers: {
      'user-agent': 'Logto (https://logto.io/)',
      'content-type': 'application/json',
      'logto-signature-sha-256': signature,
    },
    body,
    timeoutMs: 10_000,
  });
  if (typeof response === 'string') return response;
  const { status, text } = response;
  return { ok: status >= 200 && status < 300, status, text: `${status} ${text.slice(0, 300)}` };
}
