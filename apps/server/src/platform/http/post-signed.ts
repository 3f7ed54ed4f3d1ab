import { createHmac } from 'node:crypto';

interface SignedMessage {
  readonly url: string;
  /** The signing secret: `whsec_` and the key in base64. */
  readonly secret: string;
  /** The message id, by which a receiver can deduplicate messages. */
  readonly id: string;
  readonly contentType: string;
  readonly body: string;
  /** The receiver's name in errors. */
  readonly receiver: string;
}

/**
 * Signs a message according to Standard Webhooks 1.0.0: https://www.standardwebhooks.com. A redirect counts as a
 * refusal: the operator configured this URL, not another one.
 * @throws when the receiver refuses the message or does not answer
 */
export async function postSigned(
  { url, secret, id, contentType, body, receiver }: SignedMessage,
  signal: AbortSignal,
): Promise<void> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const timestamp = Math.floor(Date.now() / 1_000).toString();
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': contentType,
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
    redirect: 'manual',
    signal,
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`The receiver of the ${receiver} answered ${response.status}.`);
}
