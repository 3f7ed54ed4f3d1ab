import { setTimeout as sleep } from 'node:timers/promises';
import { createFaultList, type ActiveFault, type FaultList } from '@latchkey/emulator-kit';
import type { HookEvent } from './events.ts';
import type { WebhookRequest } from './send.ts';

/**
 * A fault of webhook deliveries. `drop` loses the event without a trace, as a crash of Logto does; `duplicate`
 * sends it twice; `delay` sends it late; `reorder` sends the next delivery first; `corrupt` changes the body
 * after it was signed.
 */
export interface DeliveryFaultInput {
  readonly kind: 'drop' | 'duplicate' | 'delay' | 'reorder' | 'corrupt';
  /** The event that the fault applies to. Default: any event. */
  readonly event?: HookEvent | undefined;
  /** The delay, or with `reorder` the longest wait for the next delivery. Default: 1,000. */
  readonly milliseconds?: number | undefined;
  /** The number of deliveries to apply to, after which the fault is removed. Default: every delivery. */
  readonly count?: number | undefined;
}

export type DeliveryFault = ActiveFault<DeliveryFaultInput>;

export interface DeliveryFaults extends Omit<FaultList<DeliveryFaultInput>, 'consume'> {
  /** The active faults call `send` any number of times. */
  sendWithFaults<T>(
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
  const faults = createFaultList<DeliveryFaultInput>();
  let waitingDeliveries: (() => void)[] = [];

  const waitForNext = (longest: number): Promise<unknown> =>
    Promise.race([new Promise<void>((resolve) => waitingDeliveries.push(resolve)), sleep(longest)]);

  return {
    add: (fault) => faults.add(fault),
    list: () => faults.list(),
    remove: (id) => faults.remove(id),
    clear: () => faults.clear(),
    async sendWithFaults(event, request, send) {
      const fault = faults.consume((candidate) => candidate.event === undefined || candidate.event === event);
      const longest = fault?.milliseconds ?? 1000;
      if (fault?.kind === 'drop') return undefined;
      if (fault?.kind === 'delay') await sleep(longest);
      if (fault?.kind === 'reorder') await waitForNext(longest);
      const sent = await send(fault?.kind === 'corrupt' ? corrupted(request) : request);
      if (fault?.kind === 'duplicate') await send(request);
      const waiting = waitingDeliveries;
      waitingDeliveries = [];
      for (const go of waiting) go();
      return sent;
    },
  };
}
