import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HookEvent } from './events.ts';
import type { WebhookRequest } from './send.ts';

/**
 * One misbehaviour on the way to the endpoints. `drop` loses the event as a crash of Logto does, without trace;
 * `duplicate` sends it twice; `delay` sends it late; `reorder` lets the next delivery go first; `corrupt` changes the
 * body after it was signed.
 */
export interface DeliveryFaultInput {
  readonly kind: 'drop' | 'duplicate' | 'delay' | 'reorder' | 'corrupt';
  /** Any event when absent. */
  readonly event?: HookEvent | undefined;
  /** How long to delay, or the longest to wait for the next delivery when reordering; 1,000 when absent. */
  readonly milliseconds?: number | undefined;
  /** Meets this many deliveries, then is gone; every one when absent. */
  readonly count?: number | undefined;
}

export interface DeliveryFault extends DeliveryFaultInput {
  readonly id: string;
  /** How many deliveries it may still meet; `null` when unbounded. */
  readonly remaining: number | null;
}

export interface DeliveryFaults {
  add(fault: DeliveryFaultInput): DeliveryFault;
  list(): DeliveryFault[];
  remove(id: string): boolean;
  clear(): void;
  /** Sends a request as the faults would have it; how often `send` is called is up to them. */
  act<T>(
    event: HookEvent,
    request: WebhookRequest,
    send: (request: WebhookRequest) => Promise<T>,
  ): Promise<T | undefined>;
}

/** Another body under the same signature. */
const corrupted = ({ body, ...rest }: WebhookRequest): WebhookRequest => ({
  ...rest,
  body: body.replace(/"\}?$/, '!"}'),
});

export function createDeliveryFaults(): DeliveryFaults {
  const active = new Map<string, DeliveryFault>();
  let overtaken: (() => void)[] = [];

  const meet = (event: HookEvent): DeliveryFault | undefined => {
    for (const fault of active.values()) {
      if (fault.event !== undefined && fault.event !== event) continue;
      if (fault.remaining === 1) active.delete(fault.id);
      else if (fault.remaining !== null) active.set(fault.id, { ...fault, remaining: fault.remaining - 1 });
      return fault;
    }
    return undefined;
  };

  /** Waits until another delivery is through, but not for ever. */
  const letPass = (longest: number): Promise<unknown> =>
    Promise.race([new Promise<void>((resolve) => overtaken.push(resolve)), sleep(longest)]);

  return {
    add(input) {
      const fault: DeliveryFault = { ...input, id: randomUUID(), remaining: input.count ?? null };
      active.set(fault.id, fault);
      return fault;
    },
    list: () => [...active.values()],
    remove: (id) => active.delete(id),
    clear: () => active.clear(),
    async act(event, request, send) {
      const fault = meet(event);
      const longest = fault?.milliseconds ?? 1000;
      if (fault?.kind === 'drop') return undefined;
      if (fault?.kind === 'delay') await sleep(longest);
      if (fault?.kind === 'reorder') await letPass(longest);
      const sent = await send(fault?.kind === 'corrupt' ? corrupted(request) : request);
      if (fault?.kind === 'duplicate') await send(request);
      const waiting = overtaken;
      overtaken = [];
      for (const go of waiting) go();
      return sent;
    },
  };
}
