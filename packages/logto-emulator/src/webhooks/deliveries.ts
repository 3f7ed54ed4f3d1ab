import type { Store } from '@latchkey/emulator-kit';
import { indexed, type Indexed } from '../directory/indexed-collection.ts';
import type { HookEvent } from './events.ts';
import type { Attempt } from './send.ts';

/** The delivery of one event to one hook, byte for byte. */
export interface Delivery {
  readonly id: string;
  readonly hookId: string;
  readonly event: HookEvent;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly attempts: readonly Attempt[];
  /** Epoch milliseconds: the end of the last attempt. Logto writes its log entry at this time. */
  readonly finishedAt: number;
}

const maxStored = 10_000;

export interface Deliveries {
  put(delivery: Delivery): void;
  get(id: string): Delivery | undefined;
  /** Newest first. */
  ofHook(hookId: string): Delivery[];
  reset(): void;
}

/** The last ten thousand deliveries of all hooks. */
export function createDeliveries(store: Store): Deliveries {
  const records: Indexed<Delivery, 'hook'> = indexed([store, 'deliveries'], { hook: ({ hookId }) => hookId });
  return {
    put(delivery) {
      records.put(delivery.id, delivery);
      if (records.size <= maxStored) return;
      const [oldest] = records.keys();
      if (oldest !== undefined) records.delete(oldest);
    },
    get: (id) => records.get(id),
    ofHook: (hookId) => records.findBy('hook', hookId).toReversed(),
    reset: () => records.reset(),
  };
}
