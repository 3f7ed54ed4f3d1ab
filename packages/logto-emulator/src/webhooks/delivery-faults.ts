import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HookEvent } from './events.ts';
import type { WebhookRequest } from './send.ts';

/**
 * A fault of webhook deliveries. `drop` loses the event without a trace, as a crash of Logto does; `duplicate`
 * sends it twice; `delay` sends it late; `reorder` sends the next delivery first; `corrupt` changes the body
 * after it was signed.
 */
export interface DeliveryFaultInput {
  readonly kind: 'drop' | 'duplicate' | 'delay' | 'reorder' | 'corrupt';
  /** Default: any event. */
  readonly event?: HookEvent | undefined;
  /** The delay, or with `reorder` the longest wait for the next delivery. Default: 1,000. */
  readonly milliseconds?: number | undefined;
  /** Applies to this many deliveries, then is removed. Default: every delivery. */
  readonly count?: number | undefined;
}

export interface DeliveryFault extends DeliveryFaultInput {
  readonly id: string;
  /** The number of deliveries it still applies to; `null` when unlimited. */
  readonly remaining: number | null;
}

export interface DeliveryFaults {
  add(fault: DeliveryFaultInput): DeliveryFault;
  list(): DeliveryFault[];
  remove(id: string): boolean;
  clear(): void;
  /** Sends a request with the active faults applied. It calls `send` any number of times. */
  act<T>(
    event: HookEvent,
    request: WebhookRequest,
    send: (request: WebhookRequest) => Promise<T>,
  ): Promise<T | undefined>;
}

/** Another body with the same signature. */
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

  /** Waits until another delivery is finished, up to the time limit. */
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
