import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { CommandDeps } from '../command-deps.ts';
import { required } from '../env.ts';

const KeyEnvironment = z.object({ LOGTO_WEBHOOK_SIGNING_KEYS: required });

/** The first of the configured signing keys. */
export function signingKey({ env }: CommandDeps): string {
  return env(KeyEnvironment).LOGTO_WEBHOOK_SIGNING_KEYS.split(',')[0]?.trim() ?? '';
}

/** Signs like Logto: HMAC-SHA256 of the body as lower-case hex; the key is used as text. */
export function sign(body: string, key: string): string {
  return createHmac('sha256', key).update(body).digest('hex');
}

/** Sends one delivery as Logto does. Returns the status and the first 300 characters of the response. */
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
