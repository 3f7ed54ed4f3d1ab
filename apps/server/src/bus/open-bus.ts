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
  const unsent: string[] = [];
  let sending: Promise<void> | undefined;

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
    deliver({ kind: 'invalidated' });
    // oxlint-disable-next-line no-unmodified-loop-condition -- `close` sets it
    while (!closed) {
      await sleep(pause); // oxlint-disable-line no-await-in-loop
      try {
        client = await connect(); // oxlint-disable-line no-await-in-loop
        deliver({ kind: 'invalidated' });
        return;
      } catch (error) {
        if (error instanceof Error) onError(error);
      }
    }
  }

  /** One statement at a time, with all that was published while the last was under way. */
  async function send(): Promise<void> {
    while (unsent.length > 0) {
      const payloads = unsent.splice(0);
      try {
        await client.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [
          channel,
          payloads,
        ]); // oxlint-disable-line no-await-in-loop -- see above
      } catch (error) {
        // The others hear nothing of it; their answers live on for as long as their cache lets them.
        if (error instanceof Error && !closed) onError(error);
      }
    }
    sending = undefined;
  }

  return {
    publish(message) {
      deliver(message);
      unsent.push(JSON.stringify({ from: self, message }));
      sending ??= send();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      listeners.clear();
      await sending;
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
