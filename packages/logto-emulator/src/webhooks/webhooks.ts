import type { Store } from '@latchkey/emulator-kit';
import type { Clock } from '../directory/clock.ts';
import type { Directory } from '../directory/directory.ts';
import { standardId } from '../directory/identifiers.ts';
import type { Hook } from '../directory/records.ts';
import { createDeliveries, type Deliveries, type Delivery } from './deliveries.ts';
import type { RaisedEvent } from './events.ts';
import { send, type Attempt, type WebhookRequest } from './send.ts';
import { sign } from './sign.ts';

export interface Webhooks {
  readonly deliveries: Deliveries;
  /**
   * Sends the events of one request to the hooks that want them, not before `after` has settled. Settles when all is
   * delivered or given up; never rejects.
   */
  raise(events: readonly RaisedEvent[], after?: Promise<unknown>): Promise<void>;
  /** Settles when nothing is under way. */
  idle(): Promise<void>;
}

export interface WebhookOptions {
  /** How often a 5xx is tried again: 0 up to Logto 1.42, 3 after it. */
  readonly retries: number;
}

/** At most this many requests run at once for one request that raised events. */
const parallel = 10;

export function signedRequest(hook: Hook, body: string): WebhookRequest {
  return {
    url: hook.config.url,
    headers: {
      'user-agent': 'Logto (https://logto.io/)',
      'content-type': 'application/json',
      ...hook.config.headers,
      'logto-signature-sha-256': sign(hook.signingKey, body),
    },
    body,
  };
}

const wants = (hook: Hook, event: string): boolean =>
  hook.enabled && (hook.events.length > 0 ? hook.events.includes(event) : hook.event === event);

export function createWebhooks(
  { store, directory, clock }: { store: Store; directory: Directory; clock: Clock },
  { retries }: WebhookOptions,
): Webhooks {
  const deliveries = createDeliveries(store);
  const underWay = new Set<Promise<void>>();

  const deliver = async (hook: Hook, { event, payload }: RaisedEvent): Promise<void> => {
    const request = signedRequest(hook, JSON.stringify({ ...payload, hookId: hook.id }));
    const attempts: Attempt[] = [];
    for (let left = retries; ; left -= 1) {
      const attempt = await send(request, () => clock.now()); // oxlint-disable-line no-await-in-loop -- a retry follows a failure
      attempts.push(attempt);
      if (left === 0 || (attempt.response?.status ?? 0) < 500) break;
    }
    const delivery: Delivery = {
      id: standardId(),
      hookId: hook.id,
      event,
      ...request,
      attempts,
      finishedAt: clock.now(),
    };
    deliveries.put(delivery);
  };

  const work = async (queue: IterableIterator<readonly [Hook, RaisedEvent]>): Promise<void> => {
    for (const [hook, event] of queue) await deliver(hook, event); // oxlint-disable-line no-await-in-loop -- one worker of ten
  };

  return {
    deliveries,
    async raise(events, after) {
      const all = Promise.resolve(after).then(async () => {
        const hooks = [...directory.hooks.values()];
        const queue = events.flatMap((event) =>
          hooks.filter((hook) => wants(hook, event.event)).map((hook) => [hook, event] as const),
        );
        const values = queue.values();
        await Promise.all(Array.from({ length: Math.min(parallel, queue.length) }, () => work(values)));
      });
      underWay.add(all);
      await all.finally(() => underWay.delete(all));
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay); // oxlint-disable-line no-await-in-loop -- one may raise another
    },
  };
}
