import { createHmac } from 'node:crypto';
import { request } from '../http/request.ts';

/** The path at which the server receives Logto's events. */
export const webhookPath = '/api/webhooks/logto';

export function isOwnEndpoint(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.replace(/\/+$/, '').endsWith(webhookPath);
}

/** A URL without the user, password and query, which may be secrets. */
export function addressOf(url: string): string {
  if (!URL.canParse(url)) return 'no URL';
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** Signs like Logto: HMAC-SHA256 of the body in lower-case hex, with the text of the key. */
export function sign(body: string, key: string): string {
  return createHmac('sha256', key).update(body).digest('hex');
}

/** Returns the first 300 characters of the response, or the reason why there is none. */
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
