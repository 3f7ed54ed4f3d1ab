import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

function leaf(value: unknown): string {
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? 'timestamp' : 'string';
  if (typeof value === 'number') return value > 1e12 ? 'epoch milliseconds' : 'number';
  return value === null ? 'null' : typeof value;
}

type Shape = string | readonly (readonly [string, Shape])[] | { readonly list: readonly Shape[] };

/** Logto sends this key only from 1.43 on. The recorded deliveries are from 1.42. */
const isNewer = (key: string): boolean => key === 'cimdClientId';

/** The keys in order, with the type of each value. `ignore` names keys whose type may differ. */
export function shapeOf(value: unknown, ignore: Readonly<Record<string, true>> = {}): Shape {
  if (Array.isArray(value)) return { list: value.map((item) => shapeOf(item, ignore)) };
  if (typeof value !== 'object' || value === null) return leaf(value);
  return Object.entries(value)
    .filter(([key]) => !isNewer(key))
    .map(([key, item]) => [key, ignore[key] ? 'ignored' : shapeOf(item, ignore)] as const);
}

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

/** Of a real Logto 1.42, byte for byte. */
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
