import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether one of the keys signed these bytes. Logto's signature is HMAC-SHA256 over the raw body, keyed with the
 * signing key as UTF-8 text, in lower-case hex. Compared in constant time, every key always.
 */
export function verifySignature(body: Buffer, signature: string, keys: readonly string[]): boolean {
  const given = Buffer.from(signature, 'utf8');
  return keys
    .map((key) => {
      const expected = Buffer.from(createHmac('sha256', key).update(body).digest('hex'), 'utf8');
      return expected.length === given.length && timingSafeEqual(expected, given);
    })
    .includes(true);
}
