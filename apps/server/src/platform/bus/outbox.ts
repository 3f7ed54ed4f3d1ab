import { z } from 'zod';

const Envelope = z.object({ from: z.string(), topic: z.string(), payload: z.unknown() });
/** A NOTIFY message: the replica that sent it, the topic, the payload. */
type Envelope = z.output<typeof Envelope>;

/** The topic of an envelope that replaces messages which could not be sent: its receivers had a gap. */
export const gapTopic = '';

/** PostgreSQL refuses a NOTIFY of 8,000 bytes. */
const largestPayload = 7_999;

/** Encodes a message; one that is too large for NOTIFY becomes a gap. */
export function encodeEnvelope(envelope: Envelope): string {
  const text = JSON.stringify(envelope);
  if (Buffer.byteLength(text) <= largestPayload) return text;
  return JSON.stringify({ from: envelope.from, topic: gapTopic, payload: null } satisfies Envelope);
}

/** Decodes a message. `undefined` for text that no version of the bus sends. */
export function readEnvelope(text: string | undefined): Envelope | undefined {
  try {
    return Envelope.safeParse(JSON.parse(String(text))).data;
  } catch {
    return undefined;
  }
}

/** A bounded queue of messages to send. On overflow, one gap replaces all of them. */
export interface Outbox {
  add(message: string): void;
  drain(): string[];
  putBack(messages: readonly string[]): void;
  isEmpty(): boolean;
}

const maxMessages = 1_000;

/** Creates an empty outbox. `makeGap` creates the message that replaces dropped messages. */
export function createOutbox(makeGap: () => string): Outbox {
  let waiting: string[] = [];
  const keepBound = (): void => {
    if (waiting.length > maxMessages) waiting = [makeGap()];
  };
  return {
    add(message) {
      waiting.push(message);
      keepBound();
    },
    drain() {
      const drained = waiting;
      waiting = [];
      return drained;
    },
    putBack(messages) {
      waiting = [...messages, ...waiting];
      keepBound();
    },
    isEmpty: () => waiting.length === 0,
  };
}
