import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { z } from 'zod';
import type { Subscriber, Topic, TopicDefinition } from './topic.ts';

export interface Bus {
  /** The same topic may be opened any number of times. */
  topic<Payload>(definition: TopicDefinition<Payload>): Topic<Payload>;
  close(): Promise<void>;
}

const channel = 'latchkey';

/** Milliseconds between attempts to connect again. */
const reconnectPause = 500;

const Envelope = z.object({ from: z.string(), topic: z.string(), payload: z.unknown() });
type Envelope = z.output<typeof Envelope>;

/**
 * LISTEN/NOTIFY between the replicas that share one PostgreSQL. When the connection breaks, it is opened again, and every
 * subscriber is told of the gap: once when it begins and once when it ends.
 */
export async function openBus(url: string, onError: (error: Error) => void): Promise<Bus> {
  const subscribers = new Map<string, Set<Subscriber<unknown>>>();
  const self = crypto.randomUUID();
  let closed = false;
  let client = await connect();
  const unsent: string[] = [];
  let sending: Promise<void> | undefined;

  const deliver = (topic: string, payload: unknown): void => {
    for (const { onMessage } of subscribers.get(topic) ?? []) onMessage(payload);
  };
  const announceGap = (): void => {
    for (const { onGap } of [...subscribers.values()].flatMap((all) => [...all])) onGap();
  };

  async function connect(): Promise<Client> {
    const fresh = new Client({ connectionString: url, application_name: 'latchkey-bus', keepAlive: true });
    fresh.on('error', onError);
    fresh.on('notification', ({ payload }) => {
      const envelope = readEnvelope(payload);
      if (envelope !== undefined && envelope.from !== self) deliver(envelope.topic, envelope.payload);
    });
    fresh.on('end', () => {
      if (!closed) void reconnect();
    });
    await fresh.connect();
    await fresh.query(`listen ${channel}`);
    return fresh;
  }

  async function reconnect(): Promise<void> {
    announceGap();
    // oxlint-disable-next-line no-unmodified-loop-condition -- `close` sets it
    while (!closed) {
      await sleep(reconnectPause); // oxlint-disable-line no-await-in-loop
      try {
        client = await connect(); // oxlint-disable-line no-await-in-loop
        announceGap();
        return;
      } catch (error) {
        if (error instanceof Error) onError(error);
      }
    }
  }

  /** One statement at a time. Each carries all messages that were published while the one before was sent. */
  async function send(): Promise<void> {
    while (unsent.length > 0) {
      const payloads = unsent.splice(0);
      try {
        await client.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [
          channel,
          payloads,
        ]); // oxlint-disable-line no-await-in-loop -- see above
      } catch (error) {
        // The other replicas miss these messages; their cached answers live on until they expire.
        if (error instanceof Error && !closed) onError(error);
      }
    }
    sending = undefined;
  }

  return {
    topic({ name, schema }) {
      return {
        publish(payload) {
          deliver(name, payload);
          unsent.push(JSON.stringify({ from: self, topic: name, payload } satisfies Envelope));
          sending ??= send();
        },
        subscribe({ onMessage, onGap }) {
          const subscriber: Subscriber<unknown> = {
            onGap,
            onMessage(payload) {
              const parsed = schema.safeParse(payload);
              if (parsed.success) onMessage(parsed.data);
            },
          };
          const all = subscribers.get(name) ?? new Set();
          subscribers.set(name, all.add(subscriber));
          return () => all.delete(subscriber);
        },
      };
    },
    async close() {
      closed = true;
      subscribers.clear();
      await sending;
      await client.end();
    },
  };
}

function readEnvelope(text: string | undefined): Envelope | undefined {
  try {
    return Envelope.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}
