import { createHmac } from 'node:crypto';

/** Signs like Logto: HMAC-SHA256 of the body as lower-case hex; the key is used as text. */
export function sign(body: string, key: string): string {
  return createHmac('sha256', key).update(body).digest('hex');
}

/** Sends one delivery like Logto. Returns the status and the first 300 characters of the response. */
export async function sendDelivery(
  url: string,
  { body, signature }: { readonly body: string; readonly signature: string },
): Promise<{ readonly ok: boolean; readonly status: number; readonly text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'user-agent': 'Logto (https://logto.io/)',
      'content-type': 'application/json',
      'logto-signature-sha-256': signature,
    },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  return {
    ok: response.ok,
    status: response.status,
    text: `${response.status} ${(await response.text()).slice(0, 300)}`,
  };
}
