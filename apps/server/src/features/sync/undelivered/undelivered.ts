import { isPrivateAddress } from '@latchkey/directory-sync';
import { z } from 'zod';

/** Deliveries that Logto could not make since the last one that arrived. */
export const Undelivered = z.object({
  count: z.number(),
  /** When the first and the last of them failed, by Logto's log; epoch milliseconds. */
  since: z.number(),
  lastAt: z.number(),
  /** What the webhook's URL answered the last time; null: nothing did. */
  status: z.number().nullable(),
  /** The webhook's URL, without what may be secret. */
  address: z.string(),
});
export type Undelivered = z.output<typeof Undelivered>;

/**
 * Why Logto cannot deliver. `private-address`: Logto from 1.43 on sends nothing to loopback and private addresses. `signature`: the
 * server refuses the signature. `status`: what answers refuses for another reason.
 */
export type UndeliveredCause = 'private-address' | 'unreachable' | 'signature' | 'status';

export function causeOf({ status, address }: Undelivered): UndeliveredCause {
  if (status !== null) return status === 401 ? 'signature' : 'status';
  return isPrivateAddress(address) ? 'private-address' : 'unreachable';
}
