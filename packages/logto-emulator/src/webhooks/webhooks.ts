import type { Store } from '@latchkey/emulator-kit';
import type { Clock } from '../directory/clock.ts';
import type { Directory } from '../directory/directory.ts';
import { standardId } from '../directory/identifiers.ts';
import type { Hook } from '../directory/records.ts';
import { createDeliveries, type Deliveries, type Delivery } from './deliveries.ts';
import { createDeliveryFaults, type DeliveryFaults } from './delivery-faults.ts';
import type { HookEvent, RaisedEvent } from './events.ts';
import { send, type Attempt, type WebhookRequest } from './send.ts';
import { sign } from './sign.ts';

export interface Webhooks {
  readonly deliveries: Deliveries;
  readonly faults: DeliveryFaults;
  /**
   * Sends the events of one request to the hooks that want them, not before `after` has settled. Settles when all is
   * delivered or given up; never rejects.
   */
  raise(events: readonly RaisedEvent[], after?: Promise<unknown>): Promise<void>;
  /** Sends a body once more, signed with the hook's present key. Logto cannot do this. */
  resend(delivery: Delivery): Promise<void>;
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
  const faults = createDeliveryFaults();
  const underWay = new Set<Promise<void>>();

  /** One attempt, and more as long as the endpoint has trouble of its own. */
  const attempt = async (request: WebhookRequest): Promise<Attempt[]> => {
    const attempts: Attempt[] = [];
    for (let left = retries; ; left -= 1) {
      const last = await send(request, () => clock.now()); // oxlint-disable-line no-await-in-loop -- a retry follows a failure
      attempts.push(last);
      if (left === 0 || (last.response?.status ?? 0) < 500) return attempts;
    }
  };

  const deliver = async (hook: Hook, [event, body]: readonly [HookEvent, string]): Promise<void> => {
    await faults.act(event, signedRequest(hook, body), async (request) => {
      const attempts = await attempt(request);
      // What is late may outlive its hook; Logto keeps the log of it all the same.
      deliveries.put({
        id: standardId(),
        hookId: hook.id,
        event,
        ...request,
        attempts,
        finishedAt: clock.now(),
      });
    });
  };

  const work = async (queue: IterableIterator<readonly [Hook, RaisedEvent]>): Promise<void> => {
    for (const [hook, { event, payload }] of queue) {
      await deliver(hook, [event, JSON.stringify({ ...payload, hookId: hook.id })]); // oxlint-disable-line no-await-in-loop -- one worker of ten
    }
  };

  const track = async (work: Promise<void>): Promise<void> => {
    underWay.add(work);
    await work.finally(() => underWay.delete(work));
  };

  return {
    deliveries,
    faults,
    raise: (events, after) =>
      track(
        Promise.resolve(after).then(async () => {
          const hooks = [...directory.hooks.values()];
          const queue = events.flatMap((event) =>
            hooks.filter((hook) => wants(hook, event.event)).map((hook) => [hook, event] as const),
          );
          const values = queue.values();
          await Promise.all(Array.from({ length: Math.min(parallel, queue.length) }, () => work(values)));
        }),
      ),
    async resend({ hookId, event, body }) {
      const hook = directory.hooks.get(hookId);
      if (hook !== undefined) await track(deliver(hook, [event, body]));
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay); // oxlint-disable-line no-await-in-loop -- one may raise another
    },
  };
}
