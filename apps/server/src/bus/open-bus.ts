import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Message } from './message.ts';

export interface Bus {
  /** Heard here before it returns, and by every other replica a moment later. */
  publish(message: Message): void;
  /** `listener` hears every message of every replica, and what it must assume after a gap. Returns how to stop. */
  subscribe(listener: (message: Message) => void): () => void;
  close(): Promise<void>;
}

const channel = 'latchkey';

/** Milliseconds between attempts to hear again; the longest that a replica can act on what has changed elsewhere. */
const pause = 500;

/**
 * LISTEN/NOTIFY between the replicas that share one PostgreSQL. A connection that breaks is opened again, and whatever
 * may have been missed meanwhile is announced as if everything had changed.
 */
export async function openBus(url: string, onError: (error: Error) => void): Promise<Bus> {
  const listeners = new Set<(message: Message) => void>();
  const self = crypto.randomUUID();
  let closed = false;
  let client = await connect();

  const deliver = (message: Message): void => {
    for (const listener of listeners) listener(message);
  };

  async function connect(): Promise<Client> {
    const fresh = new Client({ connectionString: url, application_name: 'latchkey-bus', keepAlive: true });
    fresh.on('error', onError);
    fresh.on('notification', ({ payload }) => {
      const { from, message } = read(payload);
      if (message !== undefined && from !== self) deliver(message);
    });
    fresh.on('end', () => {
      if (!closed) void reconnect();
    });
    await fresh.connect();
    await fresh.query(`listen ${channel}`);
    return fresh;
  }

  async function reconnect(): Promise<void> {
    deliver({ kind: 'touched' });
    // oxlint-disable-next-line no-unmodified-loop-condition -- `close` sets it
    while (!closed) {
      await sleep(pause); // oxlint-disable-line no-await-in-loop
      try {
        client = await connect(); // oxlint-disable-line no-await-in-loop
        deliver({ kind: 'touched' });
        return;
      } catch (error) {
        if (error instanceof Error) onError(error);
      }
    }
  }

  return {
    publish(message) {
      deliver(message);
      const payload = JSON.stringify({ from: self, message });
      client.query('select pg_notify($1, $2)', [channel, payload]).catch((error: unknown) => {
        // The others hear nothing of it; their answers live on for as long as their cache lets them.
        if (error instanceof Error && !closed) onError(error);
      });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      listeners.clear();
      await client.end();
    },
  };
}

/** A replica of another version may speak of what this one does not know: that is ignored. */
function read(payload: string | undefined): { from?: unknown; message?: Message | undefined } {
  try {
    const parsed: unknown = JSON.parse(payload ?? '');
    if (typeof parsed !== 'object' || parsed === null || !('message' in parsed)) return {};
    return {
      from: 'from' in parsed ? parsed.from : undefined,
      message: Message.safeParse(parsed.message).data,
    };
  } catch {
    return {};
  }
}
