import { createHmac } from 'node:crypto';

/** `logto-signature-sha-256`: lower-case hex HMAC over the raw body, keyed with the signing key as text. */
export function sign(signingKey: string, body: string): string {
  return createHmac('sha256', signingKey).update(body).digest('hex');
}
