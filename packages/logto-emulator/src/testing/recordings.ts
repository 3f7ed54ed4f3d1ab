import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export interface Recording {
  readonly event: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly signature: string;
  readonly key: string;
}

const head = z.object({ signingKey: z.string() });
const line = z.object({
  event: z.string(),
  headers: z.object({ 'logto-signature-sha-256': z.string() }),
  body: z.string(),
});
const payload = z.record(z.string(), z.unknown());

/** The deliveries of a real Logto 1.42, byte for byte; of one event when given. */
export function recordings(event?: string): Recording[] {
  const [first = '', ...lines] = readFileSync(
    join(import.meta.dirname, 'recorded/logto-webhooks.jsonl'),
    'utf8',
  )
    .trim()
    .split('\n');
  const { signingKey: key } = head.parse(JSON.parse(first));
  return lines
    .map((text) => line.parse(JSON.parse(text)))
    .filter((delivery) => event === undefined || delivery.event === event)
    .map(({ body, headers }) => ({
      event: payload.parse(JSON.parse(body)),
      body,
      signature: headers['logto-signature-sha-256'],
      key,
    }));
}
