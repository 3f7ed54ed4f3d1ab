import { createHmac } from 'node:crypto';
import type { Store } from '@latchkey/emulator-kit';
import type { Clock } from '../directory/clock.ts';
import type { Directory } from '../directory/directory.ts';
import { standardId } from '../directory/identifiers.ts';
import type { Hook } from '../directory/records.ts';
import { createDeliveryFaults, type DeliveryFaults } from './delivery-faults.ts';
import type { HookEvent, RaisedEvent } from './events.ts';
import { send, type Attempt, type WebhookRequest } from './send.ts';
import { indexed, type Indexed } from '../directory/indexed-collection.ts';

export interface Delivery {
  readonly id: string;
  readonly hookId: string;
  readonly event: HookEvent;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly attempts: readonly Attempt[];
  /** Epoch milliseconds. Logto writes its log entry at this time. */
  readonly finishedAt: number;
}

const maxStored = 10_000;

interface Deliveries {
  put(delivery: Delivery): void;
  get(id: string): Delivery | undefined;
  /** Newest first. */
  ofHook(hookId: string): Delivery[];
  reset(): void;
}

/** Stores the last ten thousand of all hooks. */
function createDeliveries(store: Store): Deliveries {
  const records: Indexed<Delivery, 'hook'> = indexed([store, 'deliveries'], { hook: ({ hookId }) => hookId });
  return {
    put(delivery) {
      try {
        records.put(delivery.id, delivery);
        const [oldest] = records.keys();
        if (oldest !== undefined && records.size > maxStored) records.delete(oldest);
      } catch {
        // The disk is full. The delivery is still in memory, and must not end the process.
      }
    },
    get: (id) => records.get(id),
    ofHook: (hookId) => records.findBy('hook', hookId).toReversed(),
    reset: () => records.reset(),
  };
}

/** `logto-signature-sha-256`: lower-case hex HMAC over the raw body, keyed with the signing key as text. */
function sign(signingKey: string, body: string): string {
  return createHmac('sha256', signingKey).update(body).digest('hex');
}

export interface Webhooks {
  readonly deliveries: Deliveries;
  readonly faults: DeliveryFaults;
  /** Sends once `after` has settled. Resolves when every delivery has succeeded or been given up; never rejects. */
  raise(events: readonly RaisedEvent[], after?: Promise<unknown>): Promise<void>;
  /** Without retries or log entry: for Logto's test deliveries. */
  sendOnce(request: WebhookRequest): Promise<Attempt>;
  /** Signs with the hook's current key. Logto has no such function. */
  resend(delivery: Delivery): Promise<void>;
  /** Resolves when no delivery is in progress. */
  idle(): Promise<void>;
}

export interface WebhookOptions {
  readonly retries: number;
  readonly refusePrivate: boolean;
}

/** The most concurrent deliveries for one request to Logto. */
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

const isSubscribed = (hook: Hook, event: string): boolean =>
  hook.enabled && (hook.events.length > 0 ? hook.events.includes(event) : hook.event === event);

export function createWebhooks(
  { store, directory, clock }: { store: Store; directory: Directory; clock: Clock },
  { retries, refusePrivate }: WebhookOptions,
): Webhooks {
  const deliveries = createDeliveries(store);
  const faults = createDeliveryFaults();
  const inProgress = new Set<Promise<void>>();

  const sendOnce = (request: WebhookRequest): Promise<Attempt> =>
    send(request, { now: () => clock.now(), refusePrivate });

  const attempt = async (request: WebhookRequest): Promise<Attempt[]> => {
    const attempts: Attempt[] = [];
    for (let left = retries; ; left -= 1) {
      const last = await sendOnce(request); // oxlint-disable-line no-await-in-loop -- a retry follows a failure
      attempts.push(last);
      if (left === 0 || (last.response?.status ?? 0) < 500) return attempts;
    }
  };

  const deliver = async (hook: Hook, [event, body]: readonly [HookEvent, string]): Promise<void> => {
    await faults.sendWithFaults(event, signedRequest(hook, body), async (request) => {
      const attempts = await attempt(request);
      // As in Logto, logged even if the hook was deleted in the meantime.
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
    inProgress.add(work);
    await work.finally(() => inProgress.delete(work));
  };

  return {
    deliveries,
    faults,
    sendOnce,
    raise: (events, after) =>
      track(
        Promise.resolve(after).then(async () => {
          const hooks = [...directory.hooks.values()];
          const queue = events.flatMap((event) =>
            hooks.filter((hook) => isSubscribed(hook, event.event)).map((hook) => [hook, event] as const),
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
      while (inProgress.size > 0) await Promise.all(inProgress); // oxlint-disable-line no-await-in-loop -- one may raise another
    },
  };
}
