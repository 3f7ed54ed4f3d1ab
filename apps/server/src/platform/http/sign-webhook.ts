import { createHmac } from 'node:crypto';

export interface SignedMessage {
  /** Lets a receiver deduplicate messages. */
  readonly id: string;
  readonly body: string;
  /** `whsec_` and the base64 key. */
  readonly secret: string;
}

/** Signs a message according to Standard Webhooks 1.0.0: https://www.standardwebhooks.com. */
export function signWebhook({ id, body, secret }: SignedMessage): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const timestamp = Math.floor(Date.now() / 1_000).toString();
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
