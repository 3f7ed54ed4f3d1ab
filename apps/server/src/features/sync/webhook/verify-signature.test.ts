import { verifySignature } from '@latchkey/directory-sync';
import { expect, test } from 'vitest';
import { recordedDeliveries } from '../../../testing/recorded-deliveries.ts';
import { signingKey } from '../../../testing/test-server.ts';

test('accepts a signature by any of several keys, so that a key can be rotated', () => {
  for (const { signature, body } of recordedDeliveries.slice(0, 3)) {
    expect(verifySignature(Buffer.from(body), signature, ['another-key-of-logto', signingKey])).toBe(true);
    expect(verifySignature(Buffer.from(body), signature, ['another-key-of-logto'])).toBe(false);
    expect(verifySignature(Buffer.from(body), signature, [])).toBe(false);
  }
});

test('refuses an added or missing byte, a reordered body, another case and a shortened signature', () => {
  for (const { signature, body } of recordedDeliveries) {
    const reordered = JSON.stringify(
      Object.fromEntries(Object.entries(Object(JSON.parse(body))).toReversed()),
    );
    for (const changed of [`${body} `, body.slice(1), reordered]) {
      expect(verifySignature(Buffer.from(changed), signature, [signingKey])).toBe(false);
    }
    for (const changed of [signature.toUpperCase(), signature.slice(0, -1), '', `${signature}0`]) {
      expect(verifySignature(Buffer.from(body), changed, [signingKey])).toBe(false);
    }
  }
});
