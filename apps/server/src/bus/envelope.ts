import { z } from 'zod';

const Envelope = z.object({ from: z.string(), topic: z.string(), payload: z.unknown() });
/** A message as NOTIFY carries it: the replica that sent it, the topic, the payload. */
export type Envelope = z.output<typeof Envelope>;

/** The topic of an envelope that stands for messages which could not be sent: its receivers had a gap. */
export const gapTopic = '';

/** PostgreSQL refuses a NOTIFY of 8,000 bytes. */
const largestPayload = 7_999;

/** A message that is too large for NOTIFY becomes a gap. */
export function encodeEnvelope(envelope: Envelope): string {
  const text = JSON.stringify(envelope);
  if (Buffer.byteLength(text) <= largestPayload) return text;
  return JSON.stringify({ from: envelope.from, topic: gapTopic, payload: null } satisfies Envelope);
}

/** `undefined` for what no version of the bus sends. */
export function readEnvelope(text: string | undefined): Envelope | undefined {
  try {
    return Envelope.safeParse(JSON.parse(String(text))).data;
  } catch {
    return undefined;
  }
}
