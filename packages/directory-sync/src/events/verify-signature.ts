import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whether a header has the format of a signature: 64 lower-case hexadecimal digits. */
export function isSignature(header: string): boolean {
  return /^[0-9a-f]{64}$/.test(header);
}

/**
 * Whether one of the keys signed these bytes. Logto's signature is the HMAC-SHA256 of the raw body in lower-case hex;
 * the HMAC key is the signing key as UTF-8 text. Compares in constant time and always checks every key.
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
