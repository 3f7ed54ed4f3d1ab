import { readFileSync } from 'node:fs';
import { z } from 'zod';

export interface RecordedDelivery {
  readonly event: string;
  /** The exact bytes, as UTF-8. */
  readonly body: string;
  readonly signature: string;
}

const Line = z.object({
  event: z.string(),
  headers: z.object({ 'logto-signature-sha-256': z.string() }),
  body: z.string(),
});

/** The deliveries of a real Logto 1.42 to a hook with the tests' signing key, in order. */
export const recordedDeliveries: readonly RecordedDelivery[] = readFileSync(
  new URL('../../fixtures/logto-webhooks.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => Line.parse(JSON.parse(line)))
  .map(({ event, body, headers }) => ({ event, body, signature: headers['logto-signature-sha-256'] }));
