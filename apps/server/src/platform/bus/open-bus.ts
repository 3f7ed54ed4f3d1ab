import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { asError } from '../log/describe-error.ts';
import { createOutbox, encodeEnvelope, gapTopic, readEnvelope } from './outbox.ts';
import type { Subscriber, Topic, TopicDefinition } from './topic.ts';

export interface Bus {
  /** The same topic may be opened any number of times. */
  topic<Payload>(definition: TopicDefinition<Payload>): Topic<Payload>;
  close(): Promise<void>;
}

export interface BusOptions {
  readonly url: string;
  readonly onError: (error: Error) => void;
  /** Called at the start if no other replica is connected. Replicas that start meanwhile wait until it resolves. */
  readonly onAlone?: (() => Promise<void>) | undefined;
  /** Minimum timeout for PostgreSQL in milliseconds. Default: 2,000. */
  readonly deadline?: number | undefined;
}

const channel = 'latchkey';

/** Arbitrary. Every connected replica holds this advisory lock in shared mode until its connection ends. */
const presenceLock = 5_223_018;

/** Milliseconds. */
const limits = {
  connect: 2_000,
  query: 2_500,
  /** The pause between two checks that the connection still responds. */
  heartbeat: 5_000,
  /** The pause before the first reconnect attempt, and the longest pause. */
  firstPause: 50,
  maxPause: 1_000,
};

/**
 * A bus between the replicas that share one PostgreSQL, based on LISTEN/NOTIFY. Subscribers are notified when a gap
 * begins and when it ends. Messages that could not be sent are sent after the reconnect.
 */
export async function openBus({ url, onError, onAlone, deadline }: BusOptions): Promise<Bus> {
  const subscribers = new Map<string, Set<Subscriber<unknown>>>();
  const self = crypto.randomUUID();
  const closing = new AbortController();
  const outbox = createOutbox(() => encodeEnvelope({ from: self, topic: gapTopic, payload: null }));
  let connection: Connection | undefined;
  let sending: Promise<void> | undefined;

  const deliver = (topic: string, payload: unknown): void => {
    for (const { onMessage } of subscribers.get(topic) ?? []) onMessage(payload);
  };
  const announceGap = (): void => {
    for (const { onGap } of [...subscribers.values()].flatMap((all) => [...all])) onGap();
  };
  const onNotification = (text: string | undefined): void => {
    const envelope = readEnvelope(text);
    if (envelope === undefined || envelope.from === self) return;
    if (envelope.topic === gapTopic) announceGap();
    else deliver(envelope.topic, envelope.payload);
  };

  /** Sends one statement at a time, with all messages published during the previous one. */
  const send = async (): Promise<void> => {
    for (let current = connection; current !== undefined && !outbox.isEmpty(); current = connection) {
      const payloads = outbox.drain();
      try {
        // oxlint-disable-next-line no-await-in-loop -- see above
        await current.client.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [
          channel,
          payloads,
        ]);
      } catch (error) {
        outbox.putBack(payloads);
        if (!closing.signal.aborted) onError(asError(error));
        // The connection is broken, or too slow to be usable.
        current.end();
        break;
      }
    }
    sending = undefined;
  };
  const startSending = (): void => {
    if (connection !== undefined && !outbox.isEmpty()) sending ??= send();
  };

  const reconnect = async (): Promise<Connection | undefined> => {
    for (let pause = limits.firstPause; ; pause = Math.min(limits.maxPause, pause * 2)) {
      /* oxlint-disable no-await-in-loop -- one attempt at a time */
      try {
        // Half of the pause is random, so that replicas do not reconnect in sync.
        await sleep(pause / 2 + (Math.random() * pause) / 2, undefined, { signal: closing.signal });
      } catch {
        return undefined;
      }
      try {
        return await connect({ url, onError, onNotification, deadline });
      } catch (error) {
        onError(asError(error));
      }
      /* oxlint-enable no-await-in-loop */
    }
  };
  const keepConnected = async (first: Connection): Promise<void> => {
    let current: Connection | undefined = first;
    /* oxlint-disable no-await-in-loop -- one connection at a time */
    while (current !== undefined) {
      connection = current;
      // The bus was closed while this connection was being opened.
      if (closing.signal.aborted) current.end();
      startSending();
      await current.ended;
      connection = undefined;
      // A closed bus announces no gap and does not reconnect.
      announceGap();
      current = await reconnect();
      if (current !== undefined) announceGap();
    }
    /* oxlint-enable no-await-in-loop */
  };

  const running = keepConnected(await connect({ url, onError, onNotification, onAlone, deadline }));
  return {
    topic({ name, schema }) {
      return {
        publish(payload) {
          deliver(name, payload);
          outbox.add(encodeEnvelope({ from: self, topic: name, payload }));
          startSending();
        },
        publishHere: (payload) => deliver(name, payload),
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
      await sending;
      closing.abort();
      subscribers.clear();
      connection?.end();
      await running;
    },
  };
}

interface Connection {
  readonly client: Client;
  readonly ended: Promise<void>;
  end(): void;
}

/** Rejects, without leaving a connection open, if PostgreSQL does not respond in time. */
async function connect({
  url,
  onError,
  onNotification,
  onAlone,
  deadline = 0,
}: BusOptions & { readonly onNotification: (text: string | undefined) => void }): Promise<Connection> {
  const client = new Client({
    connectionString: url,
    application_name: 'latchkey-bus',
    connectionTimeoutMillis: Math.max(limits.connect, deadline),
    query_timeout: Math.max(limits.query, deadline),
  });
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
  const end = (): void => void client.end().catch(onError);
  client.on('error', onError);
  client.on('notification', ({ payload }) => onNotification(payload));
  try {
    await client.connect();
    await joinReplicas(client, onAlone);
    await client.query(`listen ${channel}`);
  } catch (error) {
    end();
    throw error;
  }
  // Detects a network that drops packets silently.
  const heartbeat = setInterval(() => void client.query('select 1').catch(end), limits.heartbeat);
  return { client, ended: ended.finally(() => clearInterval(heartbeat)), end };
}

async function joinReplicas(client: Client, onAlone: BusOptions['onAlone']): Promise<void> {
  if (onAlone !== undefined) {
    const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [
      presenceLock,
    ]);
    if (rows[0]?.alone === true) {
      await onAlone();
      await client.query('select pg_advisory_lock_shared($1)', [presenceLock]);
      await client.query('select pg_advisory_unlock($1)', [presenceLock]);
      return;
    }
  }
  await client.query('select pg_advisory_lock_shared($1)', [presenceLock]);
}
