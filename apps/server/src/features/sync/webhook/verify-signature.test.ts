import { readFileSync } from 'node:fs';
import { verifySignature } from '@latchkey/directory-sync';
import { expect, test } from 'vitest';
import { z } from 'zod';

const [source, ...deliveries] = readFileSync(
  new URL('../../../../fixtures/logto-webhooks.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n');
const { signingKey } = z.object({ signingKey: z.string() }).parse(JSON.parse(source ?? ''));
const Recorded = z.object({
  event: z.string(),
  headers: z.object({ 'logto-signature-sha-256': z.string() }),
  body: z.string(),
});
const recorded = deliveries.map((line) => Recorded.parse(JSON.parse(line)));

test('every recorded delivery of a real Logto has a valid signature', () => {
  expect(recorded).toHaveLength(30);
  for (const { headers, body } of recorded) {
    expect(verifySignature(Buffer.from(body), headers['logto-signature-sha-256'], [signingKey])).toBe(true);
  }
});

test('accepts a signature by any of several keys, so that a key can be rotated', () => {
  for (const { headers, body } of recorded.slice(0, 3)) {
    const signature = headers['logto-signature-sha-256'];
    expect(verifySignature(Buffer.from(body), signature, ['another-key-of-logto', signingKey])).toBe(true);
    expect(verifySignature(Buffer.from(body), signature, ['another-key-of-logto'])).toBe(false);
    expect(verifySignature(Buffer.from(body), signature, [])).toBe(false);
  }
});

test('refuses an added or missing byte, a reordered body, another case and a shortened signature', () => {
  for (const { headers, body } of recorded) {
    const signature = headers['logto-signature-sha-256'];
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
